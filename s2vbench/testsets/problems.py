"""What is wrong with a test set: one line each, with file, line, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from s2vbench.errors import InputError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a test set."""

    file: str
    """Below the test set's folder; empty for the folder itself."""
    line: int | None
    item: str
    """The row it is about: "case 'c1'", "image 'i1'", "subject 's1'"; empty for a whole file."""
    what: str
    remedy: str
    severity: Severity = "error"

    def text(self, folder: Path) -> str:
        """The one line that a terminal shows.

        >>> Problem("cases.jsonl", 3, "case 'a'", "has no subject", "add one").text(Path("set"))
        "set/cases.jsonl, line 3, case 'a': has no subject; add one"
        """
        place = str(folder / self.file) if self.file else str(folder)
        place += f", line {self.line}" if self.line is not None else ""
        place += f", {self.item}" if self.item else ""
        return f"{place}: {self.what}; {self.remedy}"


def raise_all(folder: Path, problems: Iterable[Problem]) -> None:
    """One `InputError` with a line for each error among `problems`; nothing where there is none.

    Raises:
        InputError: one of them is an error.
    """
    lines = [problem.text(folder) for problem in problems if problem.severity == "error"]
    if lines:
        raise InputError("\n".join(lines))
