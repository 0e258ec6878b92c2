import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.kaleido.mini import evidence
from s2vbench.kaleido.mini.agreement import MEASURES
from s2vbench.kaleido.mini.evidence_cases import EvidenceCase, class_of, evidence_cases, people_of
from s2vbench.kaleido.mini.evidence_drawn import drawn_clips
from s2vbench.kaleido.mini.evidence_records import RECORDS, EvidenceRecord, SubjectAgreement
from s2vbench.kaleido.mini.evidence_statistics import contrasts, interval
from s2vbench.kaleido.mini.evidence_tables import claims, put_tables, tables
from s2vbench.kaleido.mini.sheet import candidates, shown_cases
from s2vbench.ledger import read_rows
from s2vbench.stats.summary import bootstrap_interval
from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.types import FramesU8


@lru_cache
def shipped() -> TestSet:
    return load_testset("s2v400")


class Drawing:
    """A model that follows its references perfectly; `swapped` it does not care for."""

    def __init__(self) -> None:
        self.made: list[tuple[tuple[str, ...], str]] = []

    def __call__(self, batch: evidence.Batch, condition: str) -> list[FramesU8]:
        self.made.append((tuple(case.case.id for case in batch), condition))
        return [drawn_clips(case)["right" if condition == "swapped" else condition] for case in batch]


def record(
    case: str, condition: str, right: float, wrong: float, kinds: tuple[str, ...] = ("human",)
) -> EvidenceRecord:
    subjects = tuple(
        SubjectAgreement(
            subject=f"s{place}",
            partner=f"p{place}",
            kind=kind,
            right=dict.fromkeys(MEASURES, right + place),
            wrong=dict.fromkeys(MEASURES, wrong),
        )
        for place, kind in enumerate(kinds)
    )
    return EvidenceRecord(case=case, condition=condition, seed=1, subjects=subjects)


def test_all_one_and_two_subject_cases_have_partners_of_their_class() -> None:
    cases = evidence_cases(shipped())
    assert Counter(len(case.partners) for case in cases) == {1: 220, 2: 118}
    pairs = [
        (case, right, wrong) for case in cases for right, wrong in zip(case.case.references, case.partners, strict=True)
    ]
    assert all(right.kind == wrong.kind for _, right, wrong in pairs)
    same = sum(class_of(right) == class_of(wrong) for _, right, wrong in pairs)
    assert same >= len(pairs) - 20
    for case in cases:
        ids = [one.id for one in (*case.case.references, *case.partners)]
        assert len(set(ids)) == len(ids)
    assert evidence_cases(shipped()) == cases
    assert evidence_cases(shipped(), seed=1) != cases


def test_a_limit_takes_cases_evenly_from_both_groups() -> None:
    cases = evidence_cases(shipped(), 20)
    assert Counter(len(case.partners) for case in cases) == {1: 13, 2: 7}
    assert len({reference.kind for case in cases for reference in case.case.references}) == 4


def test_the_shown_cases_follow_from_the_list_alone() -> None:
    cases = evidence_cases(shipped())
    shown = shown_cases(cases)
    assert Counter(len(case.partners) for case in shown) == {1: 16, 2: 8}
    assert shown[1] is cases[13]
    found = candidates(shown[0], list(people_of(shipped()).values()))
    assert len({person.id for person in found}) == 4
    assert {class_of(person) for person in found} == {class_of(shown[0].case.references[0])}


def test_intervals_are_those_of_the_statistics_room() -> None:
    values = np.random.default_rng(0).normal(0.1, 1, 50)
    mine = interval(list(values))
    assert (mine.low, mine.high) == pytest.approx(
        bootstrap_interval(np.stack([values, np.ones(50)], axis=1)), abs=1e-12
    )


def test_contrasts_are_paired_and_leave_out_cases_that_lack_a_condition() -> None:
    records = [record("a", "right", 0.9, 0.2), record("a", "shuffled", 0.3, 0.8), record("a", "none", 0.5, 0.5)]
    records += [record("b", "right", 0.7, 0.2), record("b", "shuffled", 0.3, 0.6), record("b", "none", 0.4, 0.4)]
    records += [record("c", "right", 0.0, 1.0)]
    records += [record("d", name, 0.5, 0.5, ("human", "object")) for name in ("right", "shuffled", "none", "swapped")]
    found = {(contrast.group, contrast.measure): contrast for contrast in contrasts(records)}
    one = found["one", "colour"]
    assert one.values["right"].mean == pytest.approx(0.8)
    assert one.values["right"].n == 2
    assert one.value_gains["shuffled"].mean == pytest.approx(0.5)
    assert one.margin_gains["none"].mean == pytest.approx(0.6)
    assert one.margins["shuffled"].positive == 0
    assert found["two", "shape"].margins["right"].mean == pytest.approx(0.5)
    assert found["two object", "shape"].margins["right"].mean == pytest.approx(1.0)
    assert found["two", "shape"].margin_gains["swapped"].mean == 0
    assert ("two animal", "shape") not in found


def test_claims_hold_only_where_whole_intervals_are_above_zero() -> None:
    def made(gains: tuple[float, ...]) -> list[EvidenceRecord]:
        rows = []
        for number, gain in enumerate(gains):
            rows += [record(str(number), "right", 0.5 + gain, 0.5), record(str(number), "shuffled", 0.5, 0.5)]
            rows += [record(str(number), "none", 0.5, 0.5)]
        return rows

    assert set(claims(contrasts(made((0.1, 0.2, 0.3)))).values()) == {True}
    assert set(claims(contrasts(made((-0.4, 0.2, 0.3)))).values()) == {False}
    assert "**does not hold**" in tables(contrasts(made((-0.4, 0.2, 0.3))), None)


def test_a_run_resumes_and_its_records_tell_who_was_in_the_clips(tmp_path: Path) -> None:
    cases = evidence_cases(shipped(), 6)
    model = Drawing()
    records = evidence.collect(cases, model, tmp_path, 3, say=lambda _: None)
    assert len(records) == 4 * 3 + 2 * 4
    path = tmp_path / RECORDS
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]) + lines[-2][:20])
    again = Drawing()
    assert evidence.collect(cases, again, tmp_path, 3, say=lambda _: None) == records
    assert again.made == model.made[-1:]
    assert sorted(path.read_bytes().splitlines()) == sorted(whole.splitlines())
    evidence.report(cases, list(people_of(shipped()).values()), records, tmp_path, {"seed": 0})
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["seed"] == 0
    gains = [row["margin_gains"][other]["mean"] for row in summary["contrasts"][:3] for other in ("shuffled", "none")]
    assert len(summary["claims"]) == 4
    assert min(gains) > 0
    readme = (tmp_path / "README.md").read_text()
    assert "### Two subjects, 2 cases" in readme
    with Image.open(tmp_path / "contact_sheet.png") as sheet:
        assert sheet.height > 6 * 100
    with Image.open(tmp_path / "identification_sheet.png") as sheet:
        assert sheet.height > 6 * 100


def test_tables_leave_the_words_around_them(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n\nBefore.\n", encoding="utf-8")
    put_tables(readme, "first")
    readme.write_text(readme.read_text() + "After.\n", encoding="utf-8")
    put_tables(readme, "second")
    text = readme.read_text()
    assert text.startswith("# Title\n\nBefore.\n")
    assert text.endswith("After.\n")
    assert "first" not in text
    assert text.count("second") == 1


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    evidence.settle(tmp_path, {"seed": 0})
    evidence.settle(tmp_path, {"seed": 0})
    with pytest.raises(InputError, match="other seed"):
        evidence.settle(tmp_path, {"seed": 1})


def test_batches_hold_equally_many_references() -> None:
    cases: list[EvidenceCase] = evidence_cases(shipped(), 9)
    for batch, condition in evidence.batches(cases, 4):
        assert len({len(case.shown(condition)) for case in batch}) == 1
        assert len(batch) <= 4
    assert read_rows(Path("nowhere.jsonl"), EvidenceRecord) == []
