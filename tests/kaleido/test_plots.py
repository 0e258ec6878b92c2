"""Blocks of tokens and their pictures."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from s2vbench.errors import InputError, OutputError
from s2vbench.kaleido.blocks import blocks_of, legends_of
from s2vbench.kaleido.plots import draw_positions, save_positions
from s2vbench.kaleido.positions import SCHEMES, Grid, VideoGrid, scheme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VIDEO: VideoGrid = (21, 32, 56)
REFERENCES: list[Grid] = [(32, 56), (32, 56), (24, 40)]


def test_blocks_of_the_release() -> None:
    video, first, second, third = blocks_of(SCHEMES["shift_wh"], REFERENCES, VIDEO)
    assert (video.first, video.last, video.label) == ((0, 0, 0), (20, 31, 55), "video: t 0 to 20")
    assert (first.first, first.last, first.label) == ((0, 80, 80), (0, 111, 135), "reference 1: t 0")
    assert (second.place, third.place) == ((80, 80, 56, 32), (80, 80, 40, 24))
    assert third.label == "reference 3: t 2"


def test_blocks_over_each_other_share_a_legend() -> None:
    apart = legends_of(blocks_of(SCHEMES["shift_wh"], REFERENCES, VIDEO), 1, 1)
    assert [(place, len(lines)) for place, lines in apart] == [((0, 0, 56, 32), 1), ((80, 80, 56, 32), 3)]
    together = legends_of(blocks_of(SCHEMES["concat"], REFERENCES, VIDEO), 1, 1)
    assert [(place, len(lines)) for place, lines in together] == [((0, 0, 56, 32), 4)]


def test_blocks_under_a_legend_share_it() -> None:
    diagonal = blocks_of(scheme({"base": "video", "diagonal": True}), [(4, 7)] * 3, (3, 4, 7))
    assert len(legends_of(diagonal, 0.1, 0.1)) == 4
    assert [place for place, _ in legends_of(diagonal, 2, 1)] == [(0, 0, 28, 16)]


def test_many_references_share_a_line() -> None:
    (_, lines), *_ = legends_of(blocks_of(SCHEMES["concat_tail"], [(4, 7)] * 7, (3, 4, 7)), 1, 1)
    assert [text for text, _ in lines] == ["video: t 0 to 2", "references 1 to 7: t 3 to 9"]
    assert len(lines[1][1]) == 6


def rectangles_of(axes: Axes) -> set[tuple[float, float, float, float]]:
    patches: list[Any] = list(axes.patches)
    return {(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in patches}


def test_a_panel_shows_every_block_where_it_stands() -> None:
    figure = draw_positions(SCHEMES, REFERENCES, VIDEO)
    fronts, times = figure.axes[0::2], figure.axes[1::2]
    assert len(fronts) == len(times) == len(SCHEMES)
    for (name, place), front, time in zip(SCHEMES.items(), fronts, times, strict=True):
        blocks = blocks_of(place, REFERENCES, VIDEO)
        assert {block.place for block in blocks} <= rectangles_of(front), name
        starts = sorted(round(x - 0.07) for x, _, _, _ in rectangles_of(time))
        assert starts == sorted(t for block in blocks for t in range(block.first[0], block.last[0] + 1)), name
        assert [label.get_text() for label in time.get_yticklabels()] == [block.name for block in blocks]
        assert front.get_xlim() == fronts[0].get_xlim()


def test_no_legend_leaves_its_panel_or_covers_another() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    wide = {"diagonal": scheme({"base": "video", "diagonal": True}), **SCHEMES}
    for references, video in [(REFERENCES, VIDEO), ([(4, 7)] * 3, (3, 4, 7)), ([(2, 2)] * 5, (1, 30, 17))]:
        figure = draw_positions(wide, references, video)
        canvas = figure.canvas
        assert isinstance(canvas, FigureCanvasAgg)
        canvas.draw()
        for axes in figure.axes[0::2]:
            frame = axes.get_window_extent()
            boxes = [text.get_window_extent() for text in axes.texts]
            assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 for box in boxes)
            ordered = sorted(boxes, key=lambda box: (box.x0, -box.y0))
            assert not any(a.overlaps(b) for a, b in pairwise(ordered))


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_files_are_the_same_every_time(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for path in paths:
        save_positions(path, {"shift_h": SCHEMES["shift_h"]}, [(2, 3)], (2, 2, 3))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if suffix == ".png":
        with Image.open(paths[0]) as picture:
            assert min(picture.size) > 500
    if suffix == ".svg":
        assert "reference 1: t 0" in paths[0].read_text(encoding="utf-8")


def test_without_references_there_is_the_video(tmp_path: Path) -> None:
    (front, time) = draw_positions({"shift_w": SCHEMES["shift_w"]}, [], (3, 1, 200)).axes
    assert (0, 0, 200, 1) in rectangles_of(front)
    assert len(rectangles_of(time)) == 3


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end the file's name in one of \.svg, \.png, \.pdf"):
        save_positions(tmp_path / "a.gif", dict(SCHEMES), [], (1, 1, 1))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        save_positions(tmp_path / "file" / "a.svg", {"concat": SCHEMES["concat"]}, [], (1, 1, 1))
