"""Everything that a run says about one video."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2vbench import plugins
from s2vbench.errors import InputError
from s2vbench.features.subjects.names import SUBJECT_FEATURES
from s2vbench.metrics.base import TABLE_1, load_metric
from s2vbench.report.formats import MEANINGLESS
from s2vbench.report.subjects import subject_values
from s2vbench.report.table import has_random_weights
from s2vbench.run.evidence_file import Evidence, evidence_path, load_evidence
from s2vbench.run.folder import current_scores, read_manifest
from s2vbench.types import RunManifest, Score


@dataclass(frozen=True)
class CaseView:
    """One video: its records, the paper's metrics first, and what was seen in it."""

    run: Path
    manifest: RunManifest
    case: str
    seed: int
    scores: list[Score]
    evidence: Evidence

    @property
    def notes(self) -> list[str]:
        """What a reader must know before looking at the numbers."""
        reasons = [f"{s.id}: not judged: {s.missing_reason}" for s in self.evidence.subjects if s.missing_reason]
        return [MEANINGLESS, *reasons] if has_random_weights(self.manifest) else reasons

    def score(self, metric: str) -> Score | None:
        """The record of one metric."""
        return next((score for score in self.scores if score.metric == metric), None)

    def by_subject(self) -> dict[str, dict[str, float]]:
        """Metric -> subject -> value, for the metrics that tell subjects apart."""
        return {score.metric: values for score in self.scores if (values := subject_values(score))}


def read_case(run: Path, case: str, seed: int | None = None) -> CaseView:
    """One video of a run folder; nothing else is read.

    Args:
        run: the run folder.
        case: the case's id.
        seed: by default the lowest that has records.

    Raises:
        InputError: no run folder, no such case or seed (near ones are named), or no evidence about it.
    """
    manifest = read_manifest(run)
    current = [score for score in current_scores(run) if score.comparability == manifest.metrics.get(score.metric)]
    if not current:
        raise InputError(f"{run}: holds no records yet; run `s2vbench score --out {run} ...` first")
    of_case = [score for score in current if score.case == case]
    if not of_case:
        raise InputError(f"--case {case}: no record of it in {run}; {_near(case, (score.case for score in current))}")
    seeds = sorted({score.seed for score in of_case})
    if seed is not None and seed not in seeds:
        raise InputError(f"--seed {seed}: case {case!r} has no records with it in {run}; it has {_listed(seeds)}")
    seed = seeds[0] if seed is None else seed
    scores = sorted((score for score in of_case if score.seed == seed), key=_order)
    path = evidence_path(run, case, seed)
    about = [score for score in scores if SUBJECT_FEATURES.keys() & set(load_metric(score.metric).needs)]
    # Evidence that no current record is about was left by a video that has been replaced.
    if not about or not path.is_file():
        raise InputError(_no_evidence(path, about))
    return CaseView(run, manifest, case, seed, scores, load_evidence(path))


def _near(case: str, known: Iterable[str]) -> str:
    cases = sorted(set(known))
    nearest = difflib.get_close_matches(case, cases, n=3)
    return f"did you mean {' or '.join(map(repr, nearest))}?" if nearest else f"it has {_listed(cases)}"


def _listed(values: list[Any], most: int = 8) -> str:
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(map(str, values[:most])) + more


def _order(score: Score) -> tuple[int, int]:
    names = list(plugins.names("metrics"))
    return (
        TABLE_1.index(score.metric) if score.metric in TABLE_1 else len(TABLE_1),
        names.index(score.metric) if score.metric in names else len(names),
    )


def _no_evidence(path: Path, about: list[Score]) -> str:
    if not about:
        return (
            f"{path}: not there or about another video: no metric about subjects was scored for this one; score it "
            "into the same folder with `--metric s2v_consistency` (or without --metric)"
        )
    if all(score.value is None for score in about):
        return f"{path}: not there: nothing is known about the subjects of this video ({about[0].reason})"
    return f"{path}: no longer there; score the case again with another --out"


def case_document(view: CaseView, sheet: Path) -> dict[str, Any]:
    """The values of one video with the path of its contact sheet."""
    by_subject = view.by_subject()
    return {
        "schema_version": 1,
        "run": view.run.name,
        "model": view.manifest.model,
        "case": view.case,
        "seed": view.seed,
        "prompt": view.evidence.prompt,
        "sheet": str(sheet),
        "notes": view.notes,
        "values": [
            score.model_dump(include={"metric", "version", "outcome", "value", "n", "n_absent", "n_na", "reason"})
            for score in view.scores
        ],
        "subjects": [
            {
                "id": subject.id,
                "noun": subject.noun,
                "not_judged": subject.missing_reason,
                "values": {name: values[subject.id] for name, values in by_subject.items() if subject.id in values},
            }
            for subject in view.evidence.subjects
        ],
    }
