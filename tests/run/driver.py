"""Scores the clips of a cases file with the tiny profile, and dies where it is told to.

`python -m tests.run.driver CASES OUT [LINES BYTES]`: after LINES lines, write BYTES bytes of the next one and die as if
the power had gone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from s2vbench.ledger import Ledger
from s2vbench.run.request import ScoreRequest
from s2vbench.run.score import score
from tests import tiny


def die_after(lines: int, num_bytes: int) -> None:
    """Make the next ledger line after `lines` of them the last thing this process does, and that in part."""
    written = 0
    original = Ledger.append

    def append(self: Ledger, row: object) -> None:  # type: ignore[type-arg]
        nonlocal written
        if written == lines:
            with self.path.open("ab", buffering=0) as file:
                file.write(row.model_dump_json().encode()[:num_bytes])  # type: ignore[attr-defined]
            os._exit(9)
        written += 1
        original(self, row)  # type: ignore[arg-type]

    Ledger.append = append  # type: ignore[method-assign, assignment]


def request(cases: Path, out: Path, **changes: object) -> ScoreRequest:
    """A quick request: two metrics of the tiny profile."""
    options: dict[str, object] = {
        "profile": tiny.PROFILE,
        "weights": "seeded:1",
        "metrics": ["subject_consistency", "imaging_quality"],
        "use_cache": False,
        "device": "cpu",
    }
    return ScoreRequest(cases=cases, out=out, **(options | changes))  # type: ignore[arg-type]


if __name__ == "__main__":
    if len(sys.argv) > 3:
        die_after(int(sys.argv[3]), int(sys.argv[4]))
    score(request(Path(sys.argv[1]), Path(sys.argv[2])))
