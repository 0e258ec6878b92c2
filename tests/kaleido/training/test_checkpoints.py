import errno
import json
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.distributed.checkpoint.api import CheckpointException

from s2vbench.errors import InputError, OutputError, RunLockedError
from s2vbench.kaleido.data.latents import CacheFacts, CacheIndex, VaeFacts
from s2vbench.kaleido.training import checkpoints
from s2vbench.kaleido.training.config import DataSection
from s2vbench.kaleido.training.data_identity import data_digest
from s2vbench.kaleido.training.logs import read_log
from tests.kaleido.training import tiny_run

ROOT = Path(__file__).parents[3]


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "transformer" / "diffusion_pytorch_model.safetensors")


def start(out: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.kaleido.training.tiny_run", str(out), "100000"]
    return subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL)


def test_killed_and_started_again_is_bit_for_bit_as_never_killed(tmp_path: Path) -> None:
    process = start(tmp_path / "killed")
    log = tmp_path / "killed" / "log.jsonl"
    while not (log.exists() and log.read_text().count("\n") >= 7):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = checkpoints.newest(tmp_path / "killed" / "checkpoints")
    assert done is not None
    steps = done[1].step + 10
    for name in ("killed", "whole"):
        tiny_run.main(tmp_path / name, steps)
    killed, whole = weights(tmp_path / "killed"), weights(tmp_path / "whole")
    assert killed.keys() == whole.keys()
    assert all(torch.equal(killed[name], whole[name]) for name in whole)
    rows = [read_log(tmp_path / name / "log.jsonl") for name in ("killed", "whole")]
    assert [row.step for row in rows[0]] == list(range(1, steps + 1))
    for key in ("loss", "grad_norm", "learning_rate"):
        assert [getattr(row, key) for row in rows[0]] == [getattr(row, key) for row in rows[1]]


def test_the_newest_few_stay_and_a_torn_one_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tiny_run.config(training={"steps": 4}, checkpoint={"every": 1, "keep": 3})
    tiny_run.run(settings, tmp_path)
    root = tmp_path / "checkpoints"
    assert sorted(path.name for path in root.iterdir()) == ["step-000002", "step-000003", "step-000004"]
    torn = next((root / "step-000004").glob("*.distcp"))
    torn.write_bytes(torn.read_bytes()[:-1])
    (root / "step-000003" / checkpoints.CARD).unlink()
    (root / ".step-000005.part").mkdir()
    found = checkpoints.newest(root)
    assert found is not None
    assert found[1].step == 2
    assert capsys.readouterr().err.count("not a complete checkpoint, passed over") == 2
    assert tiny_run.run(settings, tmp_path).steps == 4


def test_a_damaged_file_of_the_right_size_is_one_line(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path)
    meta = tmp_path / "checkpoints" / "step-000002" / ".metadata"
    meta.write_bytes(b"x" * meta.stat().st_size)
    with pytest.raises(InputError, match=r"step-000002: damaged checkpoint .* delete the folder"):
        tiny_run.run(tiny_run.config(training={"steps": 3}), tmp_path)


def test_a_full_disk_is_one_line_and_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 1}), tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*step-000002: File too large"):
            tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    tiny_run.run(tiny_run.config(training={"steps": 3}), tmp_path)
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["step-000001", "step-000003"]


@pytest.mark.parametrize("chained", [False, True])
def test_a_disk_that_fills_within_an_archive_is_one_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, chained: bool
) -> None:
    archive = RuntimeError("[enforce fail at inline_container.cc:671] . unexpected pos 704 vs 598")
    if chained:
        archive = RuntimeError("closing")
        archive.__context__ = OSError(errno.ENOSPC, "No space left on device")

    def full(*_: object, **__: object) -> None:
        raise CheckpointException("save", {0: (archive, traceback.StackSummary())})

    monkeypatch.setattr(checkpoints, "save_distributed", full)
    with pytest.raises(OutputError, match=r"cannot write .*step-000002: No space left on device; free space") as caught:
        tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_another_configuration_is_refused_by_the_names_of_its_keys(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path)
    other = tiny_run.config(training={"steps": 2, "learning_rate": 1e-4}, model={"positions": "concat"})
    with pytest.raises(InputError) as caught:
        tiny_run.run(other, tmp_path)
    message = str(caught.value)
    assert 'model.positions (null there, "concat" here)' in message
    assert "training.learning_rate (0.003 there, 0.0001 here)" in message
    assert "training.steps" not in message
    assert "--restart" in message
    assert tiny_run.run(other, tmp_path, resume=False).steps == 2
    assert [row.step for row in read_log(tmp_path / "log.jsonl")] == [1, 2]


def test_a_checkpoint_older_than_a_key_was_made_with_its_default(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 1}), tmp_path)
    found = checkpoints.newest(tmp_path / "checkpoints")
    assert found is not None
    known = {key: value for key, value in found[1].identity.items() if key != "data.skip_frames"}
    older = found[1].model_copy(update={"identity": known})
    checkpoints.check_same(older, tiny_run.config(), found[0])
    with pytest.raises(InputError, match=r"data\.skip_frames \(nothing there, 5 here\)"):
        checkpoints.check_same(older, tiny_run.config(data={"skip_frames": 5}), found[0])


def test_more_steps_go_on_from_where_a_finished_training_ended(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path / "a")
    tiny_run.run(tiny_run.config(training={"steps": 5}, log={"every": 2}), tmp_path / "a")
    tiny_run.run(tiny_run.config(training={"steps": 5}), tmp_path / "b")
    a, b = weights(tmp_path / "a"), weights(tmp_path / "b")
    assert all(torch.equal(a[name], b[name]) for name in b)
    assert [row.step for row in read_log(tmp_path / "a" / "log.jsonl")] == [1, 2, 3, 4, 5]


def test_data_may_be_moved_and_more_bad_samples_allowed_but_not_other_data_taken(tmp_path: Path) -> None:
    for place, sizes in (("data", (3, 4)), ("other", (3, 5))):
        (tmp_path / place / "videos").mkdir(parents=True)
        for number, size in enumerate(sizes):
            (tmp_path / place / "videos" / f"{number}.mp4").write_bytes(b"x" * size)
    where = {"source": "folder", "path": str(tmp_path / "data")}
    tiny_run.run(tiny_run.config(training={"steps": 1}, data=where), tmp_path / "run")
    (tmp_path / "data").rename(tmp_path / "moved")
    moved = tiny_run.config(training={"steps": 2}, data=where | {"path": str(tmp_path / "moved"), "most_bad": 0.5})
    assert tiny_run.run(moved, tmp_path / "run").steps == 2
    other = tiny_run.config(training={"steps": 3}, data=where | {"path": str(tmp_path / "other")})
    with pytest.raises(InputError, match=r"data\.path .*; data that was moved must have the same files; continue with"):
        tiny_run.run(other, tmp_path / "run")


def test_a_cache_is_known_by_its_index(tmp_path: Path) -> None:
    def at(place: str) -> DataSection:
        return DataSection(source="latents", path=str(tmp_path / place))

    vae = VaeFacts(digest="a", channels=4, mean=(0.0,), std=(1.0,))
    size = {"num_frames": 5, "height_px": 32, "width_px": 48, "fps": 8.0}
    facts = CacheFacts(vae=vae, shape=(4, 2, 4, 6), sets=("given",), source={}, precision="float32", **size)
    for place, samples in (("a", 3), ("b", 3), ("c", 4)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "index.json").write_text(CacheIndex(facts=facts, samples=samples).model_dump_json())
    digests = [data_digest(at(place)) for place in ("a", "b", "c", "none")]
    assert digests[0] == digests[1] != digests[2]
    assert digests[0] is not None
    assert digests[3] is data_digest(tiny_run.config().data) is None


def test_fewer_steps_than_done_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 3}), tmp_path)
    capsys.readouterr()
    assert tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path).steps == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "step-000003; training.steps is 2, so nothing is trained, and step 3 is exported" in said


def test_resuming_needs_a_checkpoint_and_one_process_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no checkpoint to resume from"):
        tiny_run.run(tiny_run.config(), tmp_path, resume=True)
    from filelock import FileLock

    with FileLock(tmp_path / ".lock"), pytest.raises(RunLockedError, match="another training writes there"):
        tiny_run.run(tiny_run.config(), tmp_path)


def test_the_card_says_what_the_folder_holds(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 1, "ema_decay": 0.9}), tmp_path)
    card = json.loads((tmp_path / "checkpoints" / "step-000001" / "checkpoint.json").read_text())
    assert (card["step"], card["ema"], card["world"]) == (1, True, 1)
    assert card["transformer"]["num_layers"] == 2
    assert ".metadata" in card["files"]
