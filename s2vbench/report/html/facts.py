"""What is known about the cases behind records: prompt, subjects, kinds, reference pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from s2vbench import plugins
from s2vbench.errors import InputError, MissingError
from s2vbench.report.table import RunRow
from s2vbench.run.evidence_file import Evidence
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import Case, Reference, RunManifest

MIXED = "mixed"
"""The kind of a case whose subjects are of several kinds."""


@dataclass(frozen=True)
class CaseFacts:
    """What is known about one case; everything may be missing where only records are left."""

    prompt: str = ""
    subjects: tuple[Reference, ...] = ()
    num_subjects: int | None = None
    folder: Path | None = None
    """What the references' paths are relative to."""
    file: Path | None = None
    case: Case | None = None

    @property
    def kind(self) -> str:
        """The kind of all its subjects, `mixed`, or nothing where it is not known."""
        kinds = {reference.kind for reference in self.subjects}
        return kinds.pop() if len(kinds) == 1 else MIXED if kinds else ""

    @property
    def nouns(self) -> str:
        """What its subjects are called."""
        return ", ".join(reference.noun for reference in self.subjects)


def known_cases(row: RunRow, cases: Path | None = None) -> dict[str, CaseFacts]:
    """Case -> what its test set says; empty where the test set that the run was made with cannot be found.

    Args:
        row: the run.
        cases: a cases file or a test set's folder; by default what the run's manifest names.

    Raises:
        InputError: `cases` is wrong, or not what the run was made with.
    """
    testset = _given(row, cases) if cases is not None else _remembered(row.manifest)
    if testset is None:
        return {}
    file = testset.file or testset.folder / "cases.jsonl"
    found = {}
    for case in testset.cases:
        subjects = tuple(reference for reference in case.references if reference.kind != "background")
        found[case.id] = CaseFacts(case.prompt, subjects, len(subjects), testset.folder, file, case)
    return found


def facts_of(case: str, known: dict[str, CaseFacts], evidence: Evidence | None) -> CaseFacts:
    """What the test set says of a case, else what was kept as evidence of one of its videos."""
    if case in known:
        return known[case]
    if evidence is None:
        return CaseFacts()
    return CaseFacts(evidence.prompt, num_subjects=len(evidence.subjects))


def option_of(command: Sequence[str], *names: str) -> str | None:
    """What a recorded command line says for an option.

    >>> option_of(("s2vbench", "score", "--videos=a b", "--cases", "c.json"), "--cases", "--testset")
    'c.json'
    """
    for place, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name in names:
            if equals:
                return value
            if place + 1 < len(command):
                return command[place + 1]
    return None


def _given(row: RunRow, cases: Path) -> TestSet | None:
    testset = load_testset(cases, None)
    if testset.sha256 != row.manifest.testset_sha256:
        raise InputError(
            f"--cases {cases}: not what {row.path} was made with (digest {testset.sha256[:12]}, its manifest says "
            f"{row.manifest.testset_sha256[:12]}); give the cases as they were then, or leave --cases out"
        )
    return testset


def _remembered(manifest: RunManifest) -> TestSet | None:
    """The test set that a manifest names, where it is still there and still the same."""
    named = manifest.testset if manifest.testset in plugins.names("testsets") else None
    for place in (named, option_of(manifest.command, "--cases", "--testset")):
        if place is None:
            continue
        try:
            testset = load_testset(place, None)
            if testset.sha256 == manifest.testset_sha256:
                return testset
        except (InputError, MissingError, OSError):
            # A report is made of records: what they were made from may have gone since.
            continue
    return None
