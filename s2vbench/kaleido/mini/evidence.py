"""Whether the embedded model uses its references, on individuals that training never drew.

python -m s2vbench.kaleido.mini.evidence BUNDLE OUT

Each case of `s2v400` with one or two subjects becomes one clip with its references, one with another individual of the
same class in every reference's place, and one without references: same prompt, same noise. OUT gets `records.jsonl`,
`summary.json`, tables in `README.md`, and two sheets to look at. Run again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from s2vbench.errors import InputError, S2VBenchError
from s2vbench.files import write_atomically
from s2vbench.kaleido.mini.agreement import VERSION
from s2vbench.kaleido.mini.evidence_cases import COUNTS, EvidenceCase, evidence_cases, people_of, subject_of
from s2vbench.kaleido.mini.evidence_drawn import VALIDITY, ValidityReport
from s2vbench.kaleido.mini.evidence_records import RECORDS, EvidenceRecord, measured
from s2vbench.kaleido.mini.evidence_statistics import contrasts
from s2vbench.kaleido.mini.evidence_tables import PRIMARY, claims, put_tables, tables
from s2vbench.kaleido.mini.sheet import (
    CONTACT,
    IDENTIFY,
    contact_sheet,
    identification_sheet,
    png_of,
    save_strip,
    shown_cases,
)
from s2vbench.ledger import Ledger, read_rows
from s2vbench.testsets.folder import load_testset
from s2vbench.types import FramesU8, Reference

if TYPE_CHECKING:
    from s2vbench.kaleido.pipeline import KaleidoPipeline

SUMMARY, README, MANIFEST = "summary.json", "README.md", "evidence.json"
BATCH: Final = 16

Batch = Sequence[EvidenceCase]
Maker = Callable[[Batch, str], list[FramesU8]]
"""Cases and a condition to their clips."""


def batches(cases: Sequence[EvidenceCase], size: int) -> Iterator[tuple[list[EvidenceCase], str]]:
    """What is made at once; the same whatever is done already, since rounding depends on a batch's size."""
    for count in COUNTS:
        group = [case for case in cases if len(case.case.references) == count]
        for first in range(0, len(group), size):
            batch = group[first : first + size]
            yield from ((batch, condition) for condition in batch[0].conditions)


def collect(
    cases: Sequence[EvidenceCase], maker: Maker, out: Path, batch_size: int, say: Callable[[str], None] = print
) -> list[EvidenceRecord]:
    """Make and measure what is missing; all records of the cases, in the order of making."""
    kept = {case.case.id for case in shown_cases(cases)}
    found = {(record.case, record.condition): record for record in read_rows(out / RECORDS, EvidenceRecord)}
    plan = list(batches(cases, batch_size))
    with Ledger(out / RECORDS, EvidenceRecord) as ledger:
        for number, (batch, condition) in enumerate(plan, start=1):
            if all((case.case.id, condition) in found for case in batch):
                continue
            for case, frames_THWC in zip(batch, maker(batch, condition), strict=True):
                if (case.case.id, condition) in found:
                    continue
                # The strip first: a record that is there has its picture.
                if case.case.id in kept:
                    save_strip(out, case, condition, frames_THWC)
                record = measured(case, condition, frames_THWC)
                ledger.append(record)
                found[record.case, record.condition] = record
            say(f"batch {number} of {len(plan)}: {len(batch)} clips, {condition}")
    names = [(case.case.id, condition) for batch, condition in plan for case in batch]
    return [found[name] for name in names]


def report(
    cases: Sequence[EvidenceCase],
    people: Sequence[Reference],
    records: Sequence[EvidenceRecord],
    out: Path,
    about: Mapping[str, Any],
) -> None:
    """Write everything that is made from records: summary, tables and sheets."""
    found = contrasts(records)
    file = out / VALIDITY
    validity = ValidityReport.model_validate_json(file.read_bytes()) if file.exists() else None
    document = dict(about) | {
        "primary": PRIMARY,
        "claims": claims(found),
        "contrasts": [contrast.model_dump() for contrast in found],
    }
    write_atomically(out / SUMMARY, json.dumps(document, indent=2) + "\n")
    put_tables(out / README, tables(found, validity))
    chosen = shown_cases(cases)
    write_atomically(out / CONTACT, png_of(contact_sheet(chosen, out)))
    write_atomically(out / IDENTIFY, png_of(identification_sheet(chosen, people, out)))


def settle(out: Path, about: Mapping[str, Any]) -> None:
    """Remember what the records of a folder are made with.

    Raises:
        InputError: it holds records that were made otherwise.
    """
    file = out / MANIFEST
    if file.exists():
        before = json.loads(file.read_text(encoding="utf-8"))
        changes = sorted(key for key in {*before, *about} if before.get(key) != about.get(key))
        if changes:
            raise InputError(f"{out}: its records were made with other {', '.join(changes)}; choose another folder")
    elif (out / RECORDS).exists():
        raise InputError(f"{out}: holds {RECORDS} but no {MANIFEST}; choose another folder")
    write_atomically(file, json.dumps(about, indent=2) + "\n")


class Model:
    """A bundle that is loaded when the first clip is asked for.

    Args:
        place: the bundle's folder.
        batch_size: clips at once.
    """

    def __init__(self, place: Path, batch_size: int) -> None:
        from s2vbench.kaleido.parts import find_bundle

        self.files = find_bundle(place, {"batch_size": batch_size})

    def about(self) -> dict[str, Any]:
        """What could change a clip."""
        return {
            "settings": self.files.settings.model_dump(mode="json", exclude={"weights"}),
            "files": self.files.digests(),
        }

    @cached_property
    def pipeline(self) -> KaleidoPipeline:
        """The networks."""
        from s2vbench.kaleido.bundle import load_bundle
        from s2vbench.kaleido.pipeline import KaleidoPipeline

        return KaleidoPipeline(load_bundle(self.files))

    def __call__(self, batch: Batch, condition: str) -> list[FramesU8]:
        """The clips of cases under one condition."""
        from s2vbench.kaleido.pipeline import VideoRequest

        requests = []
        for case in batch:
            pictures = tuple(subject_of(one, case.folder).picture_HWC for one in case.shown(condition))
            requests.append(VideoRequest(case.case.prompt, pictures, case.seed))
        return self.pipeline.generate(requests, least_references=0)


def main(arguments: list[str] | None = None) -> None:
    """Make, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--testset", default="s2v400")
    parser.add_argument("--limit", type=int, help="at most so many cases, evenly spaced; all of them by default")
    parser.add_argument("--batch-size", type=int, default=BATCH, help="clips made at once")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of partners and of the noise")
    options = parser.parse_args(arguments)
    try:
        if options.batch_size < 1 or (options.limit is not None and options.limit < 2):
            raise InputError("--batch-size must be 1 or more, --limit 2 or more")
        testset = load_testset(options.testset)
        cases = evidence_cases(testset, options.limit, options.seed)
        model = Model(options.bundle, options.batch_size)
        about = model.about() | {
            "testset": testset.name,
            "testset_sha256": testset.sha256,
            "cases": len(cases),
            "seed": options.seed,
            "measures": VERSION,
        }
        settle(options.out, about)
        records = collect(cases, model, options.out, options.batch_size)
        report(cases, list(people_of(testset).values()), records, options.out, about)
    except S2VBenchError as error:
        parser.exit(error.exit_code, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
