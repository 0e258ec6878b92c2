from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from s2vbench.errors import InputError
from s2vbench.metrics.quality import IMAGING_QUALITY
from s2vbench.report.formats import MEANINGLESS, UNVERIFIED, csv_text, json_text, markdown
from s2vbench.report.groups import PAPER, REST, groups, without_value
from s2vbench.report.latex import latex
from s2vbench.report.published import published_values
from s2vbench.report.table import Table, read_run, tables
from s2vbench.report.write import write_report
from s2vbench.run.folder import open_run
from s2vbench.types import Generation, Making, Outcome, RunManifest, Score, WeightsFile
from tests.report.drawn_run import CASE, drawn_run

METRICS = ("subject_consistency", "imaging_quality")


def make_run(
    folder: Path,
    model: str,
    values: list[float | None],
    *,
    comparability: str = "same",
    testset: str = "0" * 64,
    weights: WeightsFile | None = None,
) -> Path:
    """A run folder as the driver writes it, with given values for both metrics; None is a failed case."""
    weights = weights or WeightsFile(file="w.pth", sha256="1" * 64, verified=True)
    manifest = RunManifest(
        model=model,
        profile="paper",
        profile_sha256="p",
        testset="cases.json",
        testset_sha256=testset,
        precision="fp32",
        weights={"w": weights},
        metrics=dict.fromkeys(METRICS, comparability),
        seeds=(0,),
        packages={},
        device="cpu",
        command=(),
        created="2026-01-01T00:00:00+00:00",
    )
    making = Making(
        profile="paper",
        precision="fp32",
        backbones={"w": weights.sha256},
        recipes={},
        weights_verified=weights.verified,
    )
    path = folder / model.replace("/", "_")
    with open_run(path, manifest) as run:
        for index, value in enumerate(values):
            run.generations.append(Generation(case=f"c{index}", seed=0, outcome="ok", path="v.mp4", sha256="v"))
            for metric in METRICS:
                outcome: Outcome = "ok" if value is not None else "failed"
                run.scores.append(
                    Score(
                        key=f"{index}{metric}",
                        case=f"c{index}",
                        seed=0,
                        metric=metric,
                        version=1,
                        outcome=outcome,
                        value=value,
                        total=value,
                        n=int(value is not None),
                        reason=None if value is not None else "cut off",
                        video_sha256="v",
                        comparability=comparability,
                        making=making,
                    )
                )
    return path


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    return [
        make_run(tmp_path, "first", [0.9, 0.7]),
        make_run(tmp_path, "second_100%", [0.6, 0.8]),
        make_run(tmp_path, "third", [0.1, None]),
    ]


def test_best_is_bold_and_second_is_underlined(three: list[Path]) -> None:
    text = latex(tables([read_run(path) for path in three]))
    rows = {line.split(" & ")[0]: line for line in text.splitlines() if " & " in line}
    assert r"\textbf{0.800}" in rows["first"]
    assert r"\underline{0.700}" in rows[r"second\_100\%"]
    assert "textbf" not in rows["third"]
    assert "underline" not in rows["third"]
    assert text.count(r"\begin{tabular}") == 1


def test_ties_share_a_place_and_one_run_has_none(tmp_path: Path) -> None:
    runs = [read_run(make_run(tmp_path, name, [value])) for name, value in (("a", 0.5), ("b", 0.5), ("c", 0.4))]
    assert Table([IMAGING_QUALITY], runs).places(IMAGING_QUALITY) == {0: 1, 1: 1, 2: 2}
    assert Table([IMAGING_QUALITY], runs[:1]).places(IMAGING_QUALITY) == {}


@pytest.mark.parametrize("change", [{"comparability": "other"}, {"testset": "1" * 64}])
def test_unlike_numbers_never_share_a_table(tmp_path: Path, change: dict[str, str]) -> None:
    runs = [read_run(make_run(tmp_path, "a", [0.5])), read_run(make_run(tmp_path, "b", [0.6], **change))]  # type: ignore[arg-type]
    found = tables(runs)
    assert [len(table.rows) for table in found] == [1, 1]
    assert latex(found).count(r"\begin{tabular}") == 2


def test_failures_show_in_coverage_and_notes(three: list[Path]) -> None:
    text = markdown(tables([read_run(three[2])]))
    assert "(n=1, 50%)" in text
    assert "2 records failed and are in no mean" in text


def test_published_numbers_stand_apart(tmp_path: Path) -> None:
    text = markdown(tables([read_run(make_run(tmp_path, "kaleido", [0.5]))]))
    own, apart = text.split("### Published, not comparable with the table above")
    assert "0.956" not in own
    assert "| Kaleido | subject_consistency | 0.956 | arXiv 2510.18573, Table 1 (authors) |" in apart
    assert "viclip_score" not in apart


def test_the_papers_row() -> None:
    values = {value.metric: value.value for value in published_values("kaleido")}
    assert values["subject_consistency"] == 0.956
    assert values["viclip_score"] == 0.226
    assert len(values) == 8
    assert published_values("no-such-model") == []


def test_random_and_unverified_weights_are_said(tmp_path: Path) -> None:
    seeded = WeightsFile(file="x", sha256="seeded:1", verified=False)
    unverified = WeightsFile(file="x", sha256="2" * 64, verified=False)
    assert MEANINGLESS in markdown(tables([read_run(make_run(tmp_path, "a", [0.5], weights=seeded))]))
    assert UNVERIFIED in markdown(tables([read_run(make_run(tmp_path, "b", [0.5], weights=unverified))]))
    assert MEANINGLESS not in markdown(tables([read_run(make_run(tmp_path, "c", [0.5]))]))


def test_csv_and_json_agree_at_full_precision(tmp_path: Path) -> None:
    found = tables([read_run(make_run(tmp_path, "a", [0.1, 0.2, 1 / 3]))])
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(csv_text(found)))}
    document = json.loads(json_text(found))
    for entry in document["tables"][0]["rows"]:
        assert float(rows[entry["metric"]]["value"]) == entry["value"]
        assert int(rows[entry["metric"]]["n_ok"]) == 3


def test_names_cannot_break_a_table(tmp_path: Path) -> None:
    found = tables([read_run(make_run(tmp_path, "a|b<script>&$x", [0.5]))])
    assert r"a\|b&lt;script>" in markdown(found)
    assert r"a|b<script>\&\$x" in latex(found)


def test_every_file_is_written_and_rebuilt(three: list[Path], tmp_path: Path) -> None:
    _, folder = write_report(three, tmp_path / "report")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    tables_of_it = {"report.md", "report.csv", "report.json", "report.tex", "scores.csv", "subjects.csv"}
    assert set(before) == {*tables_of_it, "index.html"}
    write_report(three, tmp_path / "report")
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}
    assert len(before["scores.csv"].splitlines()) == 1 + 3 * 2 * 2


MANY = (
    "all_present_rate",
    "background_leak",
    "binding_margin",
    "bound_identity",
    "collapse_rate",
    "copy_paste_geometric",
    "duplication_rate",
    "presence_recall",
    "subject_motion",
)


def test_the_papers_metrics_come_first_and_in_its_order(tmp_path: Path) -> None:
    run = read_run(drawn_run(tmp_path / "run", ("presence_recall", "s2v_decoupling", "imaging_quality")))
    first, second = groups(tables([run])[0])
    assert [metric.name for metric in first.metrics] == ["imaging_quality", "s2v_decoupling"]
    assert [metric.name for metric in second.metrics] == ["presence_recall"]
    text = markdown(tables([run]))
    assert text.index(PAPER) < text.index("| run | imaging_quality v1 \u2191 | s2v_decoupling v1 \u2191 |")
    assert text.index(REST) < text.index("| run | presence_recall v1 \u2191 |")
    assert latex(tables([run])).count(r"\begin{tabular}") == 2
    assert [group.title for group in groups(tables([read_run(drawn_run(tmp_path / "few", MANY))])[0])] == [REST]


def test_many_metrics_are_rows(tmp_path: Path) -> None:
    runs = [read_run(drawn_run(tmp_path / name, MANY)) for name in ("a", "b")]
    text = markdown(tables(runs))
    assert "| metric | drawn | drawn |" in text
    assert "| collapse_rate v1 \u2193 | 0.5000 (n=1, 100%) | 0.5000 (n=1, 100%) |" in text
    assert "| background_leak v1 \u2193 | n/a (n=0, 0%) | n/a (n=0, 0%) |" in text
    tex = latex(tables(runs))
    assert r"\begin{tabular}{lrr}" in tex
    assert r"collapse rate $\downarrow$ & 0.500 & 0.500 \\" in tex
    assert r"background leak $\downarrow$ & n/a & n/a \\" in tex


def test_the_most_common_reason_for_no_value_is_a_footnote(tmp_path: Path) -> None:
    table = tables([read_run(drawn_run(tmp_path / "run", seeds=(0, 1)))])[0]
    assert without_value(table) == {"background_leak": "no reference image shows a background (2 of 2 videos)"}
    assert "- background_leak: no reference image" in markdown([table])
    assert "% n/a: background_leak: no reference image" in latex([table])


def test_subjects_have_rows_of_their_own(tmp_path: Path) -> None:
    _, folder = write_report([drawn_run(tmp_path / "run")])
    rows = list(csv.DictReader(io.StringIO((folder / "subjects.csv").read_text())))
    assert [(row["metric"], row["subject"], float(row["value"])) for row in rows] == [
        ("s2v_consistency", "left", 0.7),
        ("s2v_consistency", "right", 0.0),
        ("presence_recall", "left", 1.0),
    ]
    assert {(row["model"], row["case"], row["seed"]) for row in rows} == {("drawn", CASE, "0")}


def test_what_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a run folder"):
        read_run(tmp_path)
    empty = make_run(tmp_path, "empty", [])
    with pytest.raises(InputError, match="holds no records yet"):
        read_run(empty)
