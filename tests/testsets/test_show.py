from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.testsets.paths import PathsBelow
from s2vbench.testsets.sheet_page import sheet_html
from s2vbench.testsets.sheet_picture import LONGEST_PROMPT, MOST_CASES, WIDTH_PX, sheet_png
from s2vbench.testsets.show import Sheet, Wanted, collect_sheet
from s2vbench.testsets.views import OUTLINE_RGB, THUMBNAIL_PX, thumbnail
from tests.testsets import small_set

EVIL = '<script>alert("x")</script> & {{ 7 * 7 }}'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    small_set.make(tmp_path / "small")
    return tmp_path / "small"


class _Page(HTMLParser):
    """Tags, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_sheet_shows_every_subject_and_case(small: Path) -> None:
    done: list[tuple[int, int]] = []
    sheet = collect_sheet(small, Wanted(), lambda *at: done.append(at))
    assert done == [(number, 6) for number in range(1, 7)]
    assert [(category, len(subjects)) for category, subjects in sheet.groups] == [("animal", 2), ("object", 1)]
    assert [case.row.case_id for case in sheet.cases] == ["alone", "together"]
    (tom,) = sheet.cases[0].subjects
    assert [(view.image_id, view.is_heldout) for view in tom.views] == [
        ("tom-front", False),
        ("tom-side", False),
        ("tom-away", True),
    ]
    assert "tags easy" in sheet.cases[0].facts
    assert "scene kitchen" in sheet.cases[0].facts
    assert "tom: sleep" in sheet.cases[0].facts


def test_a_part_of_a_test_set(small: Path) -> None:
    alone = collect_sheet(small, Wanted(cases=("alone",)))
    assert [case.row.case_id for case in alone.cases] == ["alone"]
    assert [subject.row.subject_id for _, subjects in alone.groups for subject in subjects] == ["tom"]
    assert [case.row.case_id for case in collect_sheet(small, Wanted(split="small")).cases] == ["together"]
    things = collect_sheet(small, Wanted(category="object"))
    assert [category for category, _ in things.groups] == ["object"]
    assert [case.row.case_id for case in things.cases] == ["together"]
    for wanted, message in (
        (Wanted(cases=("none",)), "no case 'none'"),
        (Wanted(split="none"), "unknown split 'none'"),
        (Wanted(category="robot"), "unknown category 'robot'; choose human"),
    ):
        with pytest.raises(InputError, match=message):
            collect_sheet(small, wanted)


def test_a_page_needs_nothing_beside_itself(small: Path) -> None:
    sheet = collect_sheet(small, Wanted())
    text = sheet_html(sheet)
    assert text == sheet_html(collect_sheet(small, Wanted()))
    page = _Page(text)
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in page.tags}
    without_pictures = re.sub(r"url\(data:[^)]+\)", "", text)
    assert re.findall(r"//|url\(|@import", without_pictures) == []
    assert "prefers-color-scheme: dark" in text
    embedded = re.findall(r"url\(data:image/webp;base64,([^)]+)\)", text)
    # Once each, though three of the six are shown twice or more.
    assert len(embedded) == 6
    sizes = {Image.open(io.BytesIO(base64.b64decode(one))).size for one in embedded}
    assert sizes == {(small_set.SIDE_PX, small_set.SIDE_PX)}
    shown = [attrs["aria-label"] for _, attrs in page.tags if "aria-label" in attrs]
    assert shown.count("tom-front") == 3
    assert ("mark", {"class": "s0"}) in page.tags
    assert "tabby cat" in page.words
    assert "front, held out" in page.words


def test_what_rows_say_is_never_taken_for_html(small: Path) -> None:
    rows = [json.loads(line) for line in (small / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0] |= {"prompt": EVIL, "tags": [EVIL], "subject_spans": [{"subject_id": "tom", "start": 0, "end": 8}]}
    (small / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    subjects = [json.loads(line) for line in (small / "subjects.jsonl").read_text(encoding="utf-8").splitlines()]
    subjects[0]["phrase"] = f'cat" onclick="{EVIL}'
    (small / "subjects.jsonl").write_text("\n".join(map(json.dumps, subjects)), encoding="utf-8")
    page = _Page(sheet_html(collect_sheet(small, Wanted())))
    assert "script" not in {tag for tag, _ in page.tags}
    assert not any("onclick" in attrs for _, attrs in page.tags)
    assert page.words.count(EVIL) >= 3


def test_a_picture_that_cannot_be_read_says_why(small: Path) -> None:
    (small / "images/tom-front.png").write_bytes(b"no picture")
    (small / "images/kit-front.png").unlink()
    sheet = collect_sheet(small, Wanted())
    text = _Page(sheet_html(sheet)).words
    assert "images/tom-front.png: not a picture" in text
    assert "images/kit-front.png: no such picture" in text
    assert str(small) not in text
    assert Image.open(io.BytesIO(sheet_png(sheet))).size[0] == WIDTH_PX


def test_six_hundred_pictures_make_a_page_below_10_mb(small: Path, tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    # Noise is the worst that can happen to a compressor.
    Image.fromarray(dice.integers(0, 256, (512, 512, 3), dtype=np.uint8)).save(tmp_path / "noise.png")
    noise = thumbnail(PathsBelow(tmp_path), "noise.png", None)
    assert noise.picture is not None
    assert noise.picture.size == (THUMBNAIL_PX, THUMBNAIL_PX)
    page = len(sheet_html(collect_sheet(small, Wanted())))
    assert 600 * 4 / 3 * len(noise.webp()) + 600 * page / 6 < 10_000_000


def test_a_mask_is_an_outline(small: Path) -> None:
    found = thumbnail(PathsBelow(small), "images/tom-front.png", "masks/tom-front.png")
    plain = thumbnail(PathsBelow(small), "images/tom-front.png", None)
    assert found.picture is not None
    assert plain.picture is not None
    drawn_HWC, plain_HWC = np.asarray(found.picture), np.asarray(plain.picture)
    changed_HW = (drawn_HWC != plain_HWC).any(axis=-1)
    assert np.array_equal(np.unique(drawn_HWC[changed_HW], axis=0), [OUTLINE_RGB])
    assert changed_HW[48, 20]
    assert not changed_HW[48, 48]
    assert not changed_HW[5, 5]


def _pixels(sheet: Sheet) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(sheet_png(sheet))))


def test_a_picture_of_it_all(small: Path) -> None:
    sheet = collect_sheet(small, Wanted())
    assert sheet_png(sheet) == sheet_png(collect_sheet(small, Wanted()))
    pixels_HWC = _pixels(sheet)
    assert pixels_HWC.shape[1] == WIDTH_PX
    # Each thumbnail stands in it as it is.
    view = sheet.groups[1][1][0].views[0].thumbnail.picture
    assert view is not None
    corner_C = np.asarray(view)[0, 0]
    assert (pixels_HWC == corner_C).all(axis=-1).any()


def test_a_picture_of_many_cases_stays_small_enough_to_open(small: Path) -> None:
    sheet = collect_sheet(small, Wanted())
    many = Sheet(sheet.name, sheet.facts, (), sheet.cases * MOST_CASES)
    few = Sheet(sheet.name, sheet.facts, (), (sheet.cases * MOST_CASES)[:MOST_CASES])
    assert 0 < len(_pixels(many)) - len(_pixels(few)) < 60


def test_a_long_prompt_is_wrapped(small: Path) -> None:
    rows = [json.loads(line) for line in (small / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    before = len(_pixels(collect_sheet(small, Wanted(cases=("alone",)))))
    rows[0]["prompt"] = "A tabby cat " + "walks on " * 60
    (small / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert len(_pixels(collect_sheet(small, Wanted(cases=("alone",))))) >= before + 2 * 21


def test_a_prompt_of_a_megabyte_is_cut(small: Path) -> None:
    rows = [json.loads(line) for line in (small / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    heights = []
    for num_words in (LONGEST_PROMPT, 100_000):
        rows[0] |= {"prompt": "A tabby cat " + "walks on " * num_words, "tags": ["x" * 100 * num_words]}
        (small / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        heights.append(len(_pixels(collect_sheet(small, Wanted(cases=("alone",))))))
    assert heights[0] == heights[1] < 2_000


def test_a_cases_file(tmp_path: Path) -> None:
    small_set.picture(1).save(tmp_path / "a.png")
    case = {
        "id": "a",
        "prompt": "a cat",
        "references": [{"id": "c", "kind": "animal", "noun": "cat", "image": "a.png"}],
    }
    (tmp_path / "mine.json").write_text(json.dumps([case]), encoding="utf-8")
    sheet = collect_sheet(tmp_path / "mine.json", Wanted())
    assert [view.image_id for view in sheet.cases[0].subjects[0].views] == ["c-view-1"]
