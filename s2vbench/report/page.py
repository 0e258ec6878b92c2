"""A page that is drawn in pixels from the top, with text that is measured before it is placed."""

from __future__ import annotations

import io
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from s2vbench.types import FramesU8

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

WIDTH_PX, MARGIN_PX = 1600, 32
INNER_PX = WIDTH_PX - 2 * MARGIN_PX
HEAD_PX, NOTE_PX = 18, 13
INK, FAINT, RULE = "#1a1a1a", "#5c6166", "#d5d8dc"
LINE = 1.4
"""Height of a line of text, as a share of the size of its letters."""
_POINTS_PER_INCH = 72
"""As the resolution too, it makes matplotlib's points pixels."""


@contextmanager
def plain_style() -> Iterator[None]:
    """The same look on every machine, whatever its matplotlibrc; `$` in a prompt is a dollar."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        # Prompts may be written in letters that the bundled font lacks; they show as boxes.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update({"font.family": "DejaVu Sans", "text.parse_math": False, "axes.unicode_minus": True})
        yield


@cache
def _font(size_px: float, *, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", size=size_px, weight="bold" if bold else "normal")


@cache
def _renderer() -> Any:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, _POINTS_PER_INCH)  # type: ignore[no-untyped-call]


def text_width(text: str, size_px: float, *, bold: bool = False) -> float:
    """Width of one line in pixels."""
    width, _, _ = _renderer().get_text_width_height_descent(text, _font(size_px, bold=bold), ismath=False)
    return float(width)


def _fitting(text: str, width_px: float, size_px: float, *, bold: bool) -> int:
    """How many letters from the first on fit."""
    return bisect_right(range(1, len(text) + 1), width_px, key=lambda n: text_width(text[:n], size_px, bold=bold))


def clipped(text: str, width_px: float, size_px: float, *, bold: bool = False) -> str:
    """One line that fits, ended with three dots where it had to be cut."""
    text = " ".join(text.split())
    if text_width(text, size_px, bold=bold) <= width_px:
        return text
    room_px = width_px - text_width("...", size_px, bold=bold)
    return f"{text[: _fitting(text, room_px, size_px, bold=bold)].rstrip()}..."


def wrapped(text: str, width_px: float, size_px: float, *, bold: bool = False) -> list[str]:
    """Lines that fit; a word that is wider than a line is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size_px, bold=bold) <= width_px:
            lines[-1] = longer
            continue
        rest = word
        while rest:
            letters = max(1, _fitting(rest, width_px, size_px, bold=bold))
            lines.append(rest[:letters])
            rest = rest[letters:]
    return [line for line in lines if line]


class Page:
    """A white page; places are pixels from its left and upper edge."""

    def __init__(self, height_px: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._height_px = height_px
        size = (WIDTH_PX / _POINTS_PER_INCH, height_px / _POINTS_PER_INCH)
        self.figure = Figure(size, dpi=_POINTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes over a rectangle."""
        bottom = 1 - (top + height) / self._height_px
        return self.figure.add_axes((left / WIDTH_PX, bottom, width / WIDTH_PX, height / self._height_px))

    def picture(self, left: float, top: float, picture_HWC: FramesU8) -> Axes:
        """A picture, one of its pixels for one of the page's; data coordinates are its pixels."""
        height, width = picture_HWC.shape[:2]
        axes = self.axes(left, top, width, height)
        axes.imshow(picture_HWC, interpolation="nearest", extent=(0, width, height, 0), aspect="auto")
        axes.set_axis_off()
        return axes

    def text(
        self, left: float, top: float, text: str, size_px: float, *, colour: str = INK, bold: bool = False
    ) -> None:
        """One line of text."""
        # Aligned at its base line: letters without ascenders would jump otherwise.
        base = 1 - (top + size_px) / self._height_px
        self.figure.text(left / WIDTH_PX, base, text, color=colour, fontproperties=_font(size_px, bold=bold))

    def lines(self, left: float, top: float, lines: list[str], size_px: float, *, colour: str = INK) -> float:
        """Lines of text; gives the place below them."""
        for line in lines:
            self.text(left, top, line, size_px, colour=colour)
            top += LINE * size_px
        return top

    def head(self, top: float, title: str, note: str) -> float:
        """A heading with a faint remark; gives the left edge of what may follow."""
        self.text(MARGIN_PX, top, title, HEAD_PX, bold=True)
        after = MARGIN_PX + text_width(title, HEAD_PX, bold=True) + 14
        self.text(after, top + HEAD_PX - NOTE_PX, note, NOTE_PX, colour=FAINT)
        return after + text_width(note, NOTE_PX)

    def box(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        from matplotlib.patches import Rectangle

        corner = left / WIDTH_PX, 1 - (top + height) / self._height_px
        self.figure.add_artist(
            Rectangle(corner, width / WIDTH_PX, height / self._height_px, facecolor=colour, linewidth=0)
        )

    def png(self) -> bytes:
        """The page as a PNG file; the same page gives the same bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=_POINTS_PER_INCH, metadata={"Software": None})
        return buffer.getvalue()


@dataclass(frozen=True)
class Block:
    """A part of a page that takes its whole width."""

    height_px: float
    draw: Callable[[Page, float], None]
    """Given the page and the block's upper edge."""


def page_of(blocks: list[Block], gap_px: int = 26) -> Page:
    """A page that is as high as its blocks, one below the other."""
    height = sum(block.height_px for block in blocks) + gap_px * (len(blocks) - 1) + 2 * MARGIN_PX
    page, top = Page(round(height)), float(MARGIN_PX)
    for block in blocks:
        block.draw(page, round(top))
        top += block.height_px + gap_px
    return page
