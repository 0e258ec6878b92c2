"""Evaluation harness for subject-to-video generation.

    import s2vbench
    records = s2vbench.score(videos="clips", cases="clips/cases.json", weights="weights")

Importing this package loads neither torch nor pandas; the first call does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2vbench.api import report, score

__version__ = "0.1.0"
__all__ = ["__version__", "report", "score"]


def __getattr__(name: str) -> Any:
    if name in {"report", "score"}:
        from s2vbench import api

        return getattr(api, name)
    raise AttributeError(f"module 's2vbench' has no attribute {name!r}")
