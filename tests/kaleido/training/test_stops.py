import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from s2vbench.errors import EXIT_SOME_FAILED, DivergedError
from s2vbench.kaleido.data.latents import Encoded
from s2vbench.kaleido.training import checkpoints
from s2vbench.kaleido.training.logs import read_log
from s2vbench.kaleido.training.loop import Trainer
from s2vbench.kaleido.training.stops import stop_on_signals
from tests.kaleido.training import tiny_run
from tests.kaleido.training.tiny_run import Latents


class Poisoned(Latents):
    """One sample is not a number."""

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        found = super().encoded(index, most_references)
        return (
            found
            if index != 5
            else Encoded(found.name, found.caption, found.latents_CTHW * torch.nan, found.references)
        )


def test_a_loss_that_is_no_number_stops_and_names_sample_sigma_and_what_stands(tmp_path: Path) -> None:
    settings = tiny_run.config(training={"steps": 50}, checkpoint={"every": 1})
    with pytest.raises(DivergedError) as caught:
        tiny_run.run(settings, tmp_path, latents=Poisoned())
    message = str(caught.value)
    assert "samples: sample 5 at sigma 0." in message
    assert "and more" not in message
    assert caught.value.exit_code == EXIT_SOME_FAILED
    found = checkpoints.newest(tmp_path / "checkpoints")
    step = int(message.split(":", maxsplit=1)[0].removeprefix("step "))
    if found is None:
        assert step == 1
        assert "no checkpoint was written yet" in message
    else:
        assert found[1].step == step - 1
        assert f"the checkpoint of step {step - 1} stands ({found[0]})" in message


def test_a_broken_gradient_alone_stops_before_the_weights_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Trainer._forward

    def forward(self: Trainer, step: int, micro: int) -> Any:
        part = real(self, step, micro)
        if step == 2:
            part.losses_B = part.losses_B + (self.trainable[0].sum() * 0).sqrt() * 0
        return part

    monkeypatch.setattr(Trainer, "_forward", forward)
    with pytest.raises(DivergedError, match=r"step 3: loss [\d.]+, gradient (nan|inf); samples: sample \d+ at sigma"):
        tiny_run.run(tiny_run.config(checkpoint={"every": 1}), tmp_path)
    found = checkpoints.newest(tmp_path / "checkpoints")
    assert found is not None
    assert found[1].step == 2
    assert [row.step for row in read_log(tmp_path / "log.jsonl")] == [1, 2]


class Interrupted(Latents):
    """Somebody presses Ctrl-C while the fourth step runs."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.asked, self.number = 0, number

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        self.asked += 1
        if self.asked == 14:
            os.kill(os.getpid(), self.number)
        return super().encoded(index, most_references)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_step_and_writes_a_checkpoint(tmp_path: Path, number: int) -> None:
    before = signal.getsignal(number)
    ended = tiny_run.run(tiny_run.config(training={"steps": 50}), tmp_path, latents=Interrupted(number))
    assert not ended.finished
    assert ended.exported is None
    assert ended.steps == 4
    found = checkpoints.newest(tmp_path / "checkpoints")
    assert found is not None
    assert found[1].step == 4
    assert signal.getsignal(number) == before
    again = tiny_run.run(tiny_run.config(training={"steps": 5}), tmp_path)
    assert (again.finished, again.steps) == (True, 5)


def test_a_second_ctrl_c_does_not_wait() -> None:
    with stop_on_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
