"""Test sets that have names, with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from s2vbench.errors import S2VBenchError
from s2vbench.testsets.folder import TestSet, load_testset, locate, read_manifest


@dataclass(frozen=True)
class KnownTestSet:
    """One line of `s2vbench testset ls`; counts are None where the test set is not there."""

    name: str
    cases: int | None
    multi_subject: int | None
    subjects: int | None
    images: int | None
    where: str
    """Folder or file, or what to do to get it."""


def describe(name: str) -> KnownTestSet:
    """What the test set of that name holds; its manifest's word is taken where there is one."""
    try:
        found = locate(name)
        root = found.folder if isinstance(found, TestSet) else found
        manifest = found.manifest if isinstance(found, TestSet) else read_manifest(root)[0] if root.is_dir() else None
        if manifest is None:
            return _counted(name, load_testset(found), root)
    except S2VBenchError as error:
        return KnownTestSet(name, None, None, None, None, str(error).splitlines()[0])
    counts = manifest.counts
    images = counts.get("condition_images", 0) + counts.get("heldout_images", 0) + counts.get("background_images", 0)
    return KnownTestSet(
        name, counts.get("cases"), counts.get("multi_subject_cases"), counts.get("subjects"), images, str(root)
    )


def _counted(name: str, testset: TestSet, root: Path) -> KnownTestSet:
    subjects = [[one for one in case.references if one.kind != "background"] for case in testset.cases]
    pictures = {path for case in testset.cases for one in case.references for path in (*one.images, *one.heldout)}
    return KnownTestSet(
        name,
        len(testset.cases),
        sum(len(found) > 1 for found in subjects),
        # In a cases file ids are each case's own.
        len({(one.id, one.images if testset.file else ()) for found in subjects for one in found}),
        len(pictures),
        str(root),
    )
