from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.report import page as page_module
from s2vbench.report.case import CaseView, case_document, read_case
from s2vbench.report.curves import Curves, curves_of, draw_bars, draw_lines
from s2vbench.report.formats import MEANINGLESS
from s2vbench.report.page import INNER_PX, Page, clipped, text_width, wrapped
from s2vbench.report.pictures import COLOURS, NOBODY
from s2vbench.report.sheet import draw_sheet, write_sheet
from s2vbench.run.evidence_file import EvidenceSubject, evidence_path, load_evidence
from tests.report.drawn_run import CASE, drawn_run, evidence


def view_of(tmp_path: Path, **changes: Any) -> CaseView:
    return read_case(drawn_run(tmp_path / "run", seen=evidence(**changes)), CASE)


def pixels(view: CaseView) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.array(Image.open(io.BytesIO(draw_sheet(view))).convert("RGB"))


def where(picture: np.ndarray[Any, np.dtype[np.uint8]], colour: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.all(picture == [int(colour[at : at + 2], 16) for at in (1, 3, 5)], axis=-1)


def curves(view: CaseView, metric: str) -> Curves:
    return next(found for found in curves_of(view) if found.panel.metric == metric)


def texts(view: CaseView, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    original = Page.text

    def text(self: Page, left: float, top: float, text: str, *args: Any, **options: Any) -> None:
        found.append(text)
        original(self, left, top, text, *args, **options)

    monkeypatch.setattr(Page, "text", text)
    draw_sheet(view)
    return found


def test_evidence_survives_the_file(tmp_path: Path) -> None:
    z_LRC = np.array([[[1.0, np.nan]]], np.float32)
    before = evidence(leak_frames_L=(1,), leak_z_LRC=z_LRC)
    run = drawn_run(tmp_path / "run", seen=before)
    after = load_evidence(evidence_path(run, CASE, 0))
    assert (after.subjects, after.frames_F, after.fps) == (before.subjects, before.frames_F, before.fps)
    assert after.leak_z_LRC is not None
    np.testing.assert_array_equal(after.leak_z_LRC, z_LRC)
    for mine, theirs in zip(before.frames, after.frames, strict=True):
        assert (mine.position, mine.frame) == (theirs.position, theirs.frame)
        np.testing.assert_array_equal(mine.picture_HWC, theirs.picture_HWC)
        for one, other in zip(mine.instances, theirs.instances, strict=True):
            np.testing.assert_array_equal(one.mask_HW, other.mask_HW)
            assert (one.box, one.subject) == (other.box, other.subject)


def test_subjects_have_their_colour_where_their_masks_are(tmp_path: Path) -> None:
    picture = pixels(view_of(tmp_path))
    assert picture.shape[1] == 1600
    assert 700 < picture.shape[0] < 1600
    # The three frames stand side by side, each 375 px wide; below the references, above the diagrams.
    blue, orange, grey = (where(picture, colour) for colour in (COLOURS[0], COLOURS[1], NOBODY))
    rows = np.flatnonzero(grey[:, 32 + 387 : 32 + 387 + 375].sum(axis=1) > 100)
    upper, lower = rows[0], rows[-1]
    assert blue[upper:lower, 32 : 32 + 150].any()
    assert not blue[upper:lower, 32 + 160 :].any()
    assert orange[upper:lower, 32 + 225 : 32 + 375].any()
    assert not orange[upper:lower, : 32 + 220].any()
    assert not np.any(picture[upper:lower, 32 + 2 * 387 : 32 + 2 * 387 + 375] != 255)


def test_gaps_are_gaps_and_no_zeros(tmp_path: Path) -> None:
    view = view_of(tmp_path)
    axes = Figure().add_subplot()
    draw_lines(axes, np.arange(3.0), curves(view, "s2v_consistency"))
    drawn = [np.array(line.get_ydata(), float) for line in axes.get_lines()]
    np.testing.assert_array_equal(drawn, [[0.8, np.nan, 0.6], [np.nan] * 3])
    axes = Figure().add_subplot()
    draw_bars(axes, np.arange(3.0), curves(view, "presence_recall"))
    heights = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.patches[:2]}
    assert heights == {0: pytest.approx(0.8), 2: pytest.approx(0.8)}
    assert [bar.get_height() < 0.1 for bar in axes.patches[2:]] == [True] * 3


def test_diagrams_stay_on_the_page_whatever_the_records_say(tmp_path: Path) -> None:
    picture = pixels(view_of(tmp_path, frames_F=(0, 1, 2)))
    assert np.all(picture[:, -20:] == 255)


def test_the_same_records_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl

    view = view_of(tmp_path)
    first = write_sheet(view)
    assert first == view.run / "report" / f"case-{CASE}-0.png"
    before = first.read_bytes()
    monkeypatch.setitem(mpl.rcParams, "axes.facecolor", "red")
    monkeypatch.setitem(mpl.rcParams, "font.size", 30.0)
    assert write_sheet(view, tmp_path / "elsewhere").read_bytes() == before
    assert b"matplotlib" not in before
    assert mpl.rcParams["font.size"] == 30.0


def test_it_says_what_a_reader_must_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = drawn_run(tmp_path / "random", weights="seeded:1", seen=evidence())
    said = "\n".join(texts(read_case(run, CASE), monkeypatch))
    for words in (MEANINGLESS, "right: not judged: not found", "cost $3, or $4.", "frame 5, 0.62 s", "mask: alpha"):
        assert words in said
    assert "background_leak: no reference image shows a background" in said
    assert MEANINGLESS not in texts(view_of(tmp_path), monkeypatch)


def test_leak_maps_stand_under_their_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    z_LRC = np.zeros((2, 4, 6), np.float32)
    z_LRC[:, 1] = np.nan
    z_LRC[:, 2] = 10.0
    view = view_of(tmp_path, leak_frames_L=(0, 2), leak_z_LRC=z_LRC)
    said = texts(view, monkeypatch)
    assert "Leaked background" in said
    assert said.count("frame 0") == said.count("frame 10") == 1
    picture = pixels(view)
    assert len(picture) > len(pixels(view_of(tmp_path / "without")))
    near_yellow = np.abs(picture.astype(int) - [252, 255, 164]).max(axis=-1) <= 1
    maps = near_yellow.sum(axis=1) > 300
    assert near_yellow[maps][:, 32:407].all()
    assert near_yellow[maps][:, 806:1181].all()
    assert not near_yellow[maps][:, 407:806].any()
    assert 40 < maps.sum() < 70


@pytest.mark.parametrize(
    "changes",
    [
        {"fps": None},
        {"prompt": ""},
        {"prompt": "\u72d7 " + "x" * 400 + "\n" + "word " * 300},
        {"frames": (), "views": (), "assigned_by": None},
        {"frames": evidence().frames * 2},
    ],
)
def test_it_draws_whatever_there_is(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert pixels(view_of(tmp_path, **changes)).shape[1] == 1600


def test_tall_frames_and_many_subjects_fit(tmp_path: Path) -> None:
    tall = np.full((320, 80, 3), 200, np.uint8)
    frames = tuple(replace(frame, picture_HWC=tall, instances=()) for frame in evidence().frames)
    subjects = tuple(EvidenceSubject(f"subject {place} " + "long " * 20, "dog") for place in range(12))
    picture = pixels(view_of(tmp_path, frames=frames, subjects=subjects))
    assert np.all(picture[:, -20:] == 255)
    assert np.all(picture[:, :20] == 255)


def test_text_is_cut_and_wrapped_to_its_width() -> None:
    long = "word " * 100 + "x" * 500
    assert all(text_width(line, 16) <= INNER_PX for line in wrapped(long, INNER_PX, 16))
    assert "".join(wrapped(long, INNER_PX, 16)).replace(" ", "") == long.replace(" ", "")
    assert text_width(clipped(long, 100, 12), 12) <= 100
    assert clipped("short", 100, 12) == "short"
    assert wrapped("", 100, 12) == []
    assert page_module.WIDTH_PX == 1600


def test_the_document_has_values_and_reasons(tmp_path: Path) -> None:
    view = view_of(tmp_path)
    document = case_document(view, Path("sheet.png"))
    assert document["sheet"] == "sheet.png"
    rows = {row["metric"]: row for row in document["values"]}
    assert list(rows)[:2] == ["s2v_consistency", "s2v_decoupling"]
    assert rows["background_leak"]["reason"] == "no reference image shows a background"
    left, right = document["subjects"]
    assert left["values"] == {"s2v_consistency": 0.7, "presence_recall": 1.0}
    assert right["values"] == {"s2v_consistency": 0.0}
    assert right["not_judged"] == "not found in its reference"


@pytest.mark.parametrize(
    ("case", "seed", "message"),
    [
        ("two dog", None, "did you mean 'two dogs'"),
        ("zzz", None, "it has two dogs"),
        (CASE, 7, "it has 0, 3"),
        (CASE, 3, "no longer there"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, case: str, seed: int | None, message: str) -> None:
    run = drawn_run(tmp_path / "run", seeds=(0, 3), seen=evidence())
    with pytest.raises(InputError, match=message):
        read_case(run, case, seed)


def test_why_there_is_no_evidence_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no metric about subjects was scored"):
        read_case(drawn_run(tmp_path / "a", ("imaging_quality",)), CASE)
    with pytest.raises(InputError, match="about another video"):
        read_case(drawn_run(tmp_path / "stale", ("imaging_quality",), seen=evidence()), CASE)
    with pytest.raises(InputError, match="nothing is known about the subjects of this video"):
        read_case(drawn_run(tmp_path / "b", ("imaging_quality", "background_leak")), CASE)
    run = drawn_run(tmp_path / "c", seen=evidence())
    path = evidence_path(run, CASE, 0)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="damaged, or of another version"):
        read_case(run, CASE)
    with pytest.raises(InputError, match="not a run folder"):
        read_case(tmp_path, CASE)
