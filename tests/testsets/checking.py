"""Changing rows of a small test set, and what is wrong with it then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from s2vbench.testsets.check import check_testset
from s2vbench.testsets.problems import Problem


def edit(file: Path, line: int, /, **changes: Any) -> None:
    """Change keys of one row; a key that becomes ... is left out."""
    rows = file.read_text(encoding="utf-8").splitlines()
    row = json.loads(rows[line - 1]) | changes
    rows[line - 1] = json.dumps({key: value for key, value in row.items() if value is not ...})
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


def found(folder: Path) -> list[Problem]:
    """Every problem but a missing manifest."""
    return [problem for problem in check_testset(folder) if "does not exist: nothing says" not in problem.what]


def only(folder: Path) -> Problem:
    """The one problem that there is."""
    (problem,) = found(folder)
    return problem
