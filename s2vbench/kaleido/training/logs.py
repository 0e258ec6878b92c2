"""What a training says of itself: JSON lines, TensorBoard if it is there, and one line on stderr now and then."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from s2vbench.errors import InputError, MissingError
from s2vbench.files import write_atomically
from s2vbench.types import Finite, Row

LOG: Final = "log.jsonl"
_SPOKEN_EVERY_S: Final = 10.0


class LogRow(Row):
    """One line: means over the steps since the line before."""

    step: int
    """Steps done."""
    loss: Finite
    grad_norm: Finite
    """Before clipping."""
    learning_rate: float
    """Of the last of these steps."""
    tokens_per_s: float
    """Video and reference tokens that went through the network, over all processes."""
    samples_per_s: float
    mfu: float | None
    """Model FLOPs over what the hardware could do (`run.json` says what was taken for that); None: not known."""
    wall_s: float
    """Spent training, over all starts."""


class Log:
    """The log of a run, open for writing.

    Args:
        folder: of the run.
        done: steps that the checkpoint has; later lines are cut off, their steps will be done again.
        tensorboard: None writes it where the package is installed.

    Raises:
        MissingError: TensorBoard was asked for and is not installed.
    """

    def __init__(self, folder: Path, *, done: int, tensorboard: bool | None) -> None:
        self.path = folder / LOG
        kept = [row for row in read_log(self.path) if row.step <= done] if self.path.exists() else []
        write_atomically(self.path, "".join(row.model_dump_json() + "\n" for row in kept))
        self.wall_s = kept[-1].wall_s if kept else 0.0
        self._writer = _tensorboard(folder / "tensorboard", done, wanted=tensorboard)
        self._file = self.path.open("a", encoding="utf-8")
        self._spoken = 0.0

    def write(self, row: LogRow, steps: int) -> None:
        """Add a line."""
        self._file.write(row.model_dump_json() + "\n")
        self._file.flush()
        if self._writer is not None:
            for name, value in row.model_dump(exclude={"step", "wall_s"}, exclude_none=True).items():
                self._writer.add_scalar(name, value, row.step)
        if time.monotonic() - self._spoken > _SPOKEN_EVERY_S or row.step == steps:
            self._spoken = time.monotonic()
            sys.stderr.write(f"{_spoken(row, steps)}\n")
            sys.stderr.flush()

    def picture(self, name: str, picture_HWC: Any, step: int) -> None:
        """Show a sheet of samples in TensorBoard too."""
        if self._writer is not None:
            self._writer.add_image(name, picture_HWC, step, dataformats="HWC")

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        if self._writer is not None:
            self._writer.close()


def _spoken(row: LogRow, steps: int) -> str:
    left_s = (steps - row.step) * row.wall_s / max(row.step, 1)
    return (
        f"step {row.step}/{steps}  loss {row.loss:.4f}  gradient {row.grad_norm:.3f}  rate {row.learning_rate:.2e}  "
        f"{row.samples_per_s:.2f} samples/s  {row.tokens_per_s:.0f} tokens/s  {left_s / 60:.0f} min left"
    )


def read_log(path: Path) -> list[LogRow]:
    """All complete lines.

    Raises:
        InputError: the file cannot be read, or a line is none of ours.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    rows = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not line.endswith("\n"):
            break  # torn by a kill
        try:
            rows.append(LogRow.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"{path}, line {number}: no line of a training log ({first['msg']})") from error
    return rows


def _tensorboard(folder: Path, done: int, *, wanted: bool | None) -> Any:
    if wanted is False:
        return None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        if wanted is None:
            return None
        raise MissingError(
            "log.tensorboard is true, but TensorBoard is not installed; run `pip install tensorboard`, or leave the "
            "key away"
        ) from error
    return SummaryWriter(str(folder), purge_step=done + 1)
