"""The oracle answers as it did when the parity data was stored.

Everything here runs the official package, so it needs its environment (built on first
use) and the shared data. The long comparisons belong to the tests that use the oracle.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from . import vbench_env

pytestmark = pytest.mark.oracle

SCORE_TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def shared() -> Path:
    """The folder with the parity data and the clips."""
    folder = vbench_env.shared_dir()
    if folder is None:
        pytest.skip("no shared parity data (S2VBENCH_SHARED, or ../shared)")
    return folder


@pytest.fixture(scope="module")
def clips(shared: Path) -> Path:
    """The folder with the clips and their cases.json."""
    return shared / "real" / "kaleido_clips"


def test_environment_is_built_once(shared: Path) -> None:
    python = vbench_env.ensure_environment()
    assert python.is_file()
    assert (python.parents[1] / "complete.json").is_file()
    assert vbench_env.ensure_environment() == python


def test_dino_code_equals_stored_outputs_of_the_published_code(shared: Path) -> None:
    result = vbench_env.dino_check(shared / "parity")
    assert len(result["relative_difference"]) == 6
    assert result["worst"] <= 3e-6, result["relative_difference"]


def test_background_consistency_as_stored(shared: Path, clips: Path) -> None:
    stored = json.loads((shared / "parity" / "vbench_scores.json").read_text())
    weights = vbench_env.weights_dir(stored["weights_seed"])
    dim = "background_consistency"
    answer = vbench_env.official_scores([dim], clips / "cases.json", weights, ["case_2"])
    assert answer["versions"]["vbench"] == "0.1.5"
    result = answer["dims"][dim]
    wanted = stored["videos"]["case_2"][dim]
    assert result["videos"] == {"case_2": pytest.approx(wanted, abs=SCORE_TOLERANCE)}
    # With one video the frame-weighted aggregate is that video's value.
    assert result["score"] == pytest.approx(wanted, abs=SCORE_TOLERANCE)
    assert result["peak_rss_mib"] > 500
    assert result["eval_s"] > 0


def test_both_decoders_agree_on_an_untagged_clip(clips: Path) -> None:
    answer = vbench_env.official_frames(clips / "case_2" / "video.mp4")
    assert answer["decord"]["shape"] == [81, 512, 896, 3]
    assert answer["decord"] == answer["cv2"]


def test_failure_carries_the_last_lines_of_stderr(shared: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.mp4"
    with pytest.raises(vbench_env.OracleError, match=r"no such video: .*missing\.mp4"):
        vbench_env.official_frames(missing)
