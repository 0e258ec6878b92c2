"""What was measured of one clip, as a line of `records.jsonl`."""

from __future__ import annotations

from s2vbench.kaleido.mini.agreement import ClipView
from s2vbench.kaleido.mini.evidence_cases import EvidenceCase
from s2vbench.types import Finite, FramesU8, Row

RECORDS = "records.jsonl"


class SubjectAgreement(Row):
    """One subject of a case: how much of it is seen, and how much of its partner."""

    subject: str
    partner: str
    kind: str
    right: dict[str, Finite]
    """Measure -> agreement with the picture of the case's subject."""
    wrong: dict[str, Finite]
    """Measure -> agreement with the picture of its partner."""


class EvidenceRecord(Row):
    """One clip."""

    case: str
    condition: str
    """Whose references it was made with: right, shuffled, none, or swapped."""
    seed: int
    subjects: tuple[SubjectAgreement, ...]

    def value(self, measure: str) -> float:
        """Agreement with the right references, the mean over subjects."""
        return sum(subject.right[measure] for subject in self.subjects) / len(self.subjects)

    def margin(self, measure: str) -> float:
        """Agreement with the right references minus that with the partners', the mean over subjects."""
        return sum(one.right[measure] - one.wrong[measure] for one in self.subjects) / len(self.subjects)


def measured(case: EvidenceCase, condition: str, frames_THWC: FramesU8) -> EvidenceRecord:
    """The record of a clip. Nothing about how it was made enters but its name."""
    clip = ClipView(frames_THWC)
    names = zip(case.case.references, case.partners, case.subjects(), strict=True)
    subjects = tuple(
        SubjectAgreement(
            subject=right.id,
            partner=wrong.id,
            kind=right.kind,
            right=_rounded(clip.agreement(right_picture)),
            wrong=_rounded(clip.agreement(wrong_picture)),
        )
        for right, wrong, (right_picture, wrong_picture) in names
    )
    return EvidenceRecord(case=case.case.id, condition=condition, seed=case.seed, subjects=subjects)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    """To more digits than any interval has; full floats would double the file."""
    return {name: round(value, 6) for name, value in values.items()}
