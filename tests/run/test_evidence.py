"""What a scored video leaves for contact sheets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.run.evidence import _with_earlier
from s2vbench.run.evidence_file import Evidence, as_stored, evidence_path, load_evidence, save_evidence
from s2vbench.run.score import score
from s2vbench.video.encode import write_video
from tests.clips import moving_square, still, write_cases
from tests.report.drawn_run import evidence
from tests.run.driver import request

PAPER, STRICT = ["s2v_consistency"], ["presence_recall"]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A white square that is there, a case without subjects, and the truth about both."""
    frames = moving_square(9, 128, 160)
    path = write_cases(tmp_path, {"square": frames, "nobody": still(3)})
    listed = json.loads(path.read_text())
    Image.fromarray(frames[0]).save(tmp_path / "square.png")
    listed[0]["references"] = [{"id": "it", "image": "square.png", "noun": "white square", "kind": "object"}]
    path.write_text(json.dumps(listed))
    boxes = {str(at): {"it": [4 * at, 42, 4 * at + 32, 74]} for at in range(9)}
    truth = {"boxes": {"square": boxes, "nobody": {}}, "references": {"square": {"it": [[0, 42, 32, 74]]}}}
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    return path


def seen(cases: Path, out: Path, metrics: list[str]) -> Evidence:
    score(request(cases, out, metrics=metrics, truth=cases.parent / "truth.json"))
    return load_evidence(evidence_path(out, "square", 0))


def test_it_shows_frames_masks_and_references(cases: Path, tmp_path: Path) -> None:
    found = seen(cases, tmp_path / "run", STRICT)
    assert found.frames_F == tuple(range(9))
    assert [subject.id for subject in found.subjects] == ["it"]
    assert (found.fps, found.assigned_by) == (8.0, "bound_identity")
    assert 2 <= len(found.frames) <= 6
    for frame in found.frames:
        (instance,) = frame.instances
        left = 4 * frame.frame
        np.testing.assert_array_equal(instance.box, (left, 42, left + 32, 74))
        assert instance.subject == 0
        assert instance.mask_HW[50, left + 16]
        assert instance.mask_HW.sum() == 32 * 32
        assert frame.picture_HWC[58, left + 16].min() > 220
    assert [view.mask_source for view in found.views] == ["truth"]
    assert not evidence_path(tmp_path / "run", "nobody", 0).exists()


def test_papers_metrics_alone_say_who_is_who(cases: Path, tmp_path: Path) -> None:
    found = seen(cases, tmp_path / "run", PAPER)
    assert found.assigned_by == "s2v_consistency"
    assert all(instance.subject == 0 for frame in found.frames for instance in frame.instances)
    assert seen(cases, tmp_path / "run", STRICT).assigned_by == "bound_identity"


def test_a_later_call_forgets_nothing_about_the_same_video(cases: Path, tmp_path: Path) -> None:
    seen(cases, tmp_path / "run", STRICT)
    assert seen(cases, tmp_path / "run", PAPER).assigned_by == "bound_identity"


def test_leak_maps_of_an_earlier_call_stay(tmp_path: Path) -> None:
    frames = tuple(replace(frame, picture_HWC=as_stored(frame.picture_HWC)) for frame in evidence().frames)
    save_evidence(tmp_path, evidence(frames=frames, leak_frames_L=(1,), leak_z_LRC=np.ones((1, 2, 3), np.float32)))
    kept = _with_earlier(tmp_path, evidence(assigned_by="s2v_consistency"))
    assert (kept.leak_frames_L, kept.assigned_by) == ((1,), "bound_identity")
    darker = tuple(replace(frame, picture_HWC=frame.picture_HWC // 2) for frame in evidence().frames)
    assert _with_earlier(tmp_path, evidence(frames=darker)).leak_z_LRC is None


def test_another_video_starts_anew(cases: Path, tmp_path: Path) -> None:
    seen(cases, tmp_path / "run", STRICT)
    write_video(cases.parent / "square.mp4", 255 - moving_square(9, 128, 160), fps=8)
    assert seen(cases, tmp_path / "run", PAPER).assigned_by == "s2v_consistency"
