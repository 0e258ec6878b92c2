from __future__ import annotations

import errno
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2vbench.errors import InputError, OutputError
from s2vbench.report.formats import DRAWN_WORLD, MEANINGLESS, notes
from s2vbench.report.html.axis import axis_over
from s2vbench.report.html.block import detail_for
from s2vbench.report.html.render import html_page
from s2vbench.report.html.thumbnails import Album, outline
from s2vbench.report.table import RunRow, read_run, tables
from s2vbench.report.write import write_report
from tests.report.page_run import (
    FAILED_CASE,
    HOSTILE,
    METRICS,
    NO_VIDEO_CASE,
    NUM_CASES,
    page_cases,
    page_run,
    value_of,
)


class Reader(HTMLParser):
    """Collects what a test asks about a page: its scripts by id, its text, its tags, and what they point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: dict[str, str] = {}
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.said: list[str] = []
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes |= set(found)
        self.links += [value for name in ("src", "href") if (value := found.get(name))]
        self._script = (found.get("id") or "program") if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- the parser's
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.said.append(data)

    def document(self, name: str) -> Any:
        return json.loads(self.scripts[name])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    return page_run(folder / "run", page_cases(folder / "cases"), model=f"drawn {HOSTILE}")


@pytest.fixture(scope="module")
def page(run: Path) -> Reader:
    _, folder = write_report([run])
    return Reader((folder / "index.html").read_text())


def test_no_text_of_a_run_becomes_markup(page: Reader) -> None:
    assert page.tags.count("script") == len(page.scripts)
    assert all(re.fullmatch(r"index|program|[pv]\d+", name) for name in page.scripts)
    assert "window.hit" not in page.scripts["program"]
    assert "img" not in page.tags
    assert not any(name.startswith("on") or name == "style" for name in page.attributes)
    assert f"drawn {HOSTILE}" in page.said
    assert page.document("v5")["prompt"] == "Here come thing0 and thing1 and thing2."
    assert page.document("v5")["subjects"][2]["notJudged"] == f"not found {HOSTILE}"


def test_it_loads_nothing_and_may_load_nothing(run: Path, page: Reader) -> None:
    assert all(link.startswith(("#", "data:")) for link in page.links)
    text = (run / "report" / "index.html").read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].replace("&#39;", "'").split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].startswith("'sha256-")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


def test_the_table_has_every_mean_with_interval_n_and_coverage(run: Path, page: Reader) -> None:
    summary = read_run(run).summaries["viclip_score"]
    assert summary.n_failed == 2
    for text in (
        f"{summary.value:.4f}",
        f"{summary.low:.4f} to {summary.high:.4f}",
        str(summary.n_cases),
        f"{summary.coverage:.0%}",
    ):
        assert text in page.said
    assert summary.coverage == pytest.approx(10 / 12)


def test_rows_have_values_and_reasons_and_facts_of_their_case(page: Reader) -> None:
    index = page.document("index")
    names = [metric["name"] for metric in index["tables"][0]["metrics"]]
    assert sorted(names) == sorted(METRICS)
    rows = {row[1]: row for row in index["tables"][0]["rows"]}
    assert len(rows) == NUM_CASES
    _, _, seed, count, kind, nouns, failed, values, block = rows[FAILED_CASE]
    assert (seed, count, kind, nouns, failed, block) == (0, 1, "cartoon", "thing0", 1, 3)
    found = dict(zip(names, values, strict=True))
    assert found["imaging_quality"] == value_of("imaging_quality", 3)
    assert index["reasons"][int(found["viclip_score"].removeprefix("f"))] == f"it broke: {HOSTILE}"
    assert index["reasons"][int(found["background_leak"].removeprefix("n"))].startswith("no reference")
    assert rows["case_1"][4] == "mixed"
    assert rows[NO_VIDEO_CASE][6] == len(METRICS)


def test_a_block_has_what_was_seen(page: Reader) -> None:
    block = page.document("v1")
    assert [subject["kind"] for subject in block["subjects"]] == ["animal", "object"]
    assert block["video"]["source"].startswith("data:video/mp4;base64,")
    assert [frame["number"] for frame in block["frames"]] == [0, 1, 2, 3, 4]
    instance = block["frames"][1]["instances"][1]
    assert (instance["subject"], instance["box"]) == (1, [31.0, 10.0, 55.0, 40.0])
    assert instance["mask"] == "M31 10L31 40 55 40 55 10Z"
    assert block["frames"][0]["leak"][0][0] == "."
    curves = {curve["metric"]: curve for curve in block["curves"]}
    assert curves["presence_recall"]["bars"] is True
    assert curves["s2v_consistency"]["lines"] == [[0, [1.0, None, 0.5, 0.0, 1.0]], [1, [1.0, None, 0.5, 0.0, 1.0]]]
    assert curves["imaging_quality"]["lines"] == [[-1, [50.0, 51.0, 52.0, 53.0, 54.0]]]
    lost = page.document("v7")
    assert lost["video"] == {"reason": f"no video: {HOSTILE}"}
    assert lost["frames"] == []
    assert [place["subject"] for place in lost["references"]] == [0, 1]


def test_the_same_records_give_the_same_page(run: Path) -> None:
    found = tables([read_run(run)])
    assert html_page(found, run / "report") == html_page(found, run / "report")


def test_videos_that_are_too_large_together_are_links(run: Path, tmp_path: Path) -> None:
    _, folder = write_report([run], tmp_path / "a" / "report", embed_mb=0.001)
    page = Reader((folder / "index.html").read_text())
    source = page.document("v0")["video"]["source"]
    assert (folder / source).resolve() == (run / "videos" / "case_0" / "0.mp4").resolve()
    assert page.document("v0")["frames"][0]["picture"]
    assert any("beside it: move them together" in text for text in page.said)


def test_a_video_that_was_changed_is_not_shown(tmp_path: Path) -> None:
    run = page_run(tmp_path / "run", page_cases(tmp_path / "cases"))
    (run / "videos" / "case_0" / "0.mp4").write_bytes(b"another")
    (run / "videos" / "case_1" / "0.mp4").unlink()
    page = Reader(html_page(tables([read_run(run)]), tmp_path))
    assert page.document("v0")["video"] == {"reason": "the video has been changed since it was scored"}
    assert "--videos DIR" in page.document("v1")["video"]["reason"]
    moved = tmp_path / "moved"
    moved.mkdir()
    (run / "videos" / "case_2").rename(moved / "case_2")
    page = Reader(html_page(tables([read_run(run)]), tmp_path, videos=moved))
    assert page.document("v2")["video"]["source"].startswith("data:")


def test_without_its_cases_a_run_still_has_a_page(tmp_path: Path) -> None:
    cases = page_cases(tmp_path / "cases")
    run = page_run(tmp_path / "run", cases)
    moved = cases.rename(tmp_path / "moved.json")
    page = Reader(html_page(tables([read_run(run)]), tmp_path))
    row = page.document("index")["tables"][0]["rows"][2]
    assert (row[3], row[4]) == (3, "")
    assert page.document("v2")["prompt"] == "plain"
    page = Reader(html_page(tables([read_run(run)]), tmp_path, cases=moved))
    assert page.document("index")["tables"][0]["rows"][2][4] == "mixed"
    moved.write_text(moved.read_text().replace("Here come", "There go"))
    with pytest.raises(InputError, match=r"--cases .*moved.json: not what .* was made with"):
        html_page(tables([read_run(run)]), tmp_path, cases=moved)


def test_unlike_numbers_get_tables_of_their_own(tmp_path: Path) -> None:
    cases = page_cases(tmp_path / "cases")
    runs = [
        page_run(tmp_path / "a", cases, model="kaleido"),
        page_run(tmp_path / "b", cases, shift=0.2),
        page_run(tmp_path / "c", cases, comparability="other"),
    ]
    page = Reader(html_page(tables([read_run(run) for run in runs]), tmp_path))
    index = page.document("index")
    assert [len(table["rows"]) for table in index["tables"]] == [2 * NUM_CASES, NUM_CASES]
    assert index["runs"] == ["kaleido", "drawn (b)", "drawn (c)"]
    assert {row[0] for row in index["tables"][1]["rows"]} == {2}
    assert [row[8] for table in index["tables"] for row in table["rows"]] == list(range(3 * NUM_CASES))
    assert "published: Kaleido" in page.said
    assert "not comparable" in page.said


def test_evidence_that_is_damaged_costs_its_pictures_only(tmp_path: Path) -> None:
    run = page_run(tmp_path / "run", page_cases(tmp_path / "cases"))
    (run / "evidence" / "case_0-0.safetensors").write_bytes(b"12")
    block = Reader(html_page(tables([read_run(run)]), tmp_path)).document("v0")
    assert "damaged" in block["silence"]
    assert len(block["references"]) == 1


def test_warnings_stand_on_the_page(tmp_path: Path) -> None:
    run = page_run(tmp_path / "run", page_cases(tmp_path / "cases"), weights="seeded:1")
    page = Reader(html_page(tables([read_run(run)]), tmp_path))
    assert MEANINGLESS in page.said
    assert "random: levels mean nothing" in page.said
    row = read_run(run)
    drawn = RunRow(row.path, row.manifest.model_copy(update={"profile": "mini"}), row.scores, row.summaries)
    assert notes(tables([drawn])[0])[0] == DRAWN_WORLD
    assert DRAWN_WORLD not in notes(tables([row])[0])


def test_a_full_disk_is_one_line_and_the_old_page_stays(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_report([run])
    before = (run / "report" / "index.html").read_bytes()
    real = os.replace

    def full(source: Any, target: Any) -> None:
        if Path(target).name == "index.html":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match=r"^cannot write .*index.html: No space left on device; free space[^\n]*$"):
        write_report([run])
    assert (run / "report" / "index.html").read_bytes() == before
    assert not list((run / "report").glob(".index*"))


def test_many_videos_have_fewer_and_smaller_pictures() -> None:
    few, many, most = detail_for(24), detail_for(400), detail_for(5000)
    assert few.num_frames > many.num_frames > most.num_frames
    assert few.frame_px > many.frame_px > most.frame_px


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [-3.2, 17.0], [0.991, 0.9912], [1e-9, 2e-9], [1e6, 3e6]])
def test_axes_hold_their_values_between_round_ticks(values: list[float]) -> None:
    axis = axis_over(values, 10, 100)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 2 <= len(axis.ticks) <= 9
    assert all(10 <= axis.x(value) <= 110 for value in values)
    assert len({axis.label(tick) for tick in axis.ticks}) == len(axis.ticks)


def test_outlines_have_holes() -> None:
    ring_HW = np.zeros((20, 20), dtype=bool)
    ring_HW[2:18, 2:18] = True
    ring_HW[7:13, 7:13] = False
    assert outline(ring_HW).count("M") == 2
    assert outline(np.zeros((5, 5), dtype=bool)) == ""


def test_a_picture_is_kept_once() -> None:
    album = Album(32)
    picture_HWC = np.zeros((8, 8, 3), np.uint8)
    assert [album.add(picture_HWC, None), album.add(picture_HWC + 9, None), album.add(picture_HWC, None)] == [0, 1, 0]
    assert len(album.entries) == 2
