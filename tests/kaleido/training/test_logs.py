import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2vbench.errors import InputError, MissingError
from s2vbench.kaleido.training.curves import draw_curves
from s2vbench.kaleido.training.logs import Log, LogRow, read_log


def row(step: int) -> LogRow:
    return LogRow(
        step=step,
        loss=1.0 / step,
        grad_norm=0.2,
        learning_rate=1e-3,
        tokens_per_s=5.0,
        samples_per_s=1.0,
        mfu=None,
        wall_s=2.0 * step,
    )


def write(folder: Path, first: int, last: int, done: int) -> None:
    folder.mkdir(exist_ok=True)
    log = Log(folder, done=done, tensorboard=False)
    for step in range(first, last + 1):
        log.write(row(step), last)
    log.close()


def test_going_on_cuts_off_what_will_be_done_again_and_torn_lines(tmp_path: Path) -> None:
    write(tmp_path, 1, 9, done=0)
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 10, "lo')
    log = Log(tmp_path, done=6, tensorboard=False)
    assert log.wall_s == 12.0
    log.write(row(7), 7)
    log.close()
    assert [found.step for found in read_log(tmp_path / "log.jsonl")] == [1, 2, 3, 4, 5, 6, 7]


def test_a_strange_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(row(1).model_dump_json() + '\n{"a": 1}\n')
    with pytest.raises(InputError, match=r"log.jsonl, line 2: no line of a training log"):
        read_log(tmp_path / "log.jsonl")


def test_tensorboard_gets_the_same_numbers_and_pictures(tmp_path: Path) -> None:
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    log = Log(tmp_path, done=0, tensorboard=True)
    for step in (1, 2):
        log.write(row(step), 2)
    log.picture("samples", np.zeros((4, 4, 3), dtype=np.uint8), 2)
    log.close()
    found = events.EventAccumulator(str(tmp_path / "tensorboard"))
    found.Reload()
    assert [(event.step, event.value) for event in found.Scalars("loss")] == [(1, 1.0), (2, 0.5)]
    assert "mfu" not in found.Tags()["scalars"]
    assert found.Tags()["images"] == ["samples"]


def test_tensorboard_that_is_asked_for_and_absent_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any) -> Any:
        if name.startswith("torch.utils.tensorboard"):
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingError, match="pip install tensorboard"):
        Log(tmp_path, done=0, tensorboard=True)
    Log(tmp_path, done=0, tensorboard=None).close()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_curves_of_several_runs_in_one_picture(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / "a", 1, 100, done=0)
    write(tmp_path / "b", 1, 3, done=0)
    logs = {name: tmp_path / name / "log.jsonl" for name in ("a", "b")}
    target = draw_curves(logs, tmp_path / f"curves.{suffix}")
    content = target.read_bytes()
    assert content.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")
    assert len(content) > 5000


def test_an_empty_log_cannot_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("")
    with pytest.raises(InputError, match="holds no complete line"):
        draw_curves({"a": tmp_path / "log.jsonl"}, tmp_path / "c.png")
