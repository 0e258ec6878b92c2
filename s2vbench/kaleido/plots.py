"""Pictures of position schemes, after the Kaleido paper's Figure 4c: where video and references stand.

A panel shows one scheme twice: from the front (height and width, true to scale) and along time.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.kaleido.blocks import VIDEO, Block, Legend, Place, blocks_of, legends_of
from s2vbench.kaleido.positions import SUMMARIES, Grid, PositionScheme, VideoGrid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")
INK, FAINT, RULE = "#1a1a1a", "#5c6166", "#d5d8dc"
_PANEL_IN, _LEFT_IN, _GAP_IN, _MARGIN_IN = 3.9, 0.75, 0.35, 0.3
_HEAD_IN, _TITLE_IN, _ROW_IN, _TICKS_IN = 0.8, 0.5, 0.17, 0.44
_LABEL_PT, _LINE_IN, _LETTER_IN = 8.0, 0.145, 0.073


def save_positions(
    path: Path, schemes: Mapping[str, PositionScheme], references: Sequence[Grid], video: VideoGrid
) -> None:
    """Write a picture of schemes, each under its name; the file's suffix says of which kind.

    Raises:
        InputError: the suffix is none of a picture's.
        OutputError: the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: end the file's name in one of {', '.join(SUFFIXES)}")
    import matplotlib as mpl

    kind = path.suffix.lower()[1:]
    # Without salt and with a date, the same picture would be another file every time.
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[kind]
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"font.family": "DejaVu Sans", "svg.hashsalt": "s2vbench", "svg.fonttype": "none"})
        buffer = io.BytesIO()
        draw_positions(schemes, references, video).savefig(buffer, format=kind, dpi=150, metadata=metadata)
    write_atomically(path, buffer.getvalue())


def draw_positions(schemes: Mapping[str, PositionScheme], references: Sequence[Grid], video: VideoGrid) -> Figure:
    """A panel a scheme, three in a row, all to one scale."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = {name: blocks_of(scheme, references, video) for name, scheme in schemes.items()}
    layout = _Layout.of(drawn)
    columns = min(3, len(drawn))
    rows = -(-len(drawn) // columns)
    width_in = 2 * _MARGIN_IN + columns * layout.width_in + (columns - 1) * _GAP_IN
    height_in = 2 * _MARGIN_IN + _HEAD_IN + rows * layout.height_in + (rows - 1) * _GAP_IN
    figure = Figure((width_in, height_in), facecolor="white")
    FigureCanvasAgg(figure)
    page = _Page(figure, width_in, height_in)
    sizes = " x ".join(map(str, video))
    page.text(_MARGIN_IN, _MARGIN_IN, f"Where tokens stand: video {sizes} (t x h x w)", 12, bold=True)
    page.text(_MARGIN_IN, _MARGIN_IN + 0.25, f"{_sizes_of(references)}; all numbers are tokens", 9, colour=FAINT)
    page.text(_MARGIN_IN, _MARGIN_IN + 0.43, "dashed: several at one place, apart in time only", 9, colour=FAINT)
    for index, (name, blocks) in enumerate(drawn.items()):
        row, column = divmod(index, columns)
        left = _MARGIN_IN + column * (layout.width_in + _GAP_IN)
        _draw_panel(page, (left, _MARGIN_IN + _HEAD_IN + row * (layout.height_in + _GAP_IN)), layout, name, blocks)
    return figure


def _sizes_of(references: Sequence[Grid]) -> str:
    counts: dict[Grid, int] = {}
    for grid in references:
        counts[grid] = counts.get(grid, 0) + 1
    parts = [f"{n} reference{'s' if n > 1 else ''} of {h} x {w}" for (h, w), n in counts.items()]
    return ", ".join(parts) or "no references"


@dataclass(frozen=True)
class _Layout:
    """What all panels share."""

    right: int
    bottom: int
    start: int
    end: int
    rows: int
    lines: int
    """Of the longest legend below a block."""

    @classmethod
    def of(cls, drawn: Mapping[str, list[Block]]) -> _Layout:
        blocks = [block for found in drawn.values() for block in found]
        layout = cls(
            right=max(block.last[2] + 1 for block in blocks),
            bottom=max(block.last[1] + 1 for block in blocks),
            start=min(block.first[0] for block in blocks),
            end=max(block.last[0] + 1 for block in blocks),
            rows=max(map(len, drawn.values())),
            lines=0,
        )
        return replace(
            layout, lines=max(len(legend) for found in drawn.values() for _, legend in layout.legends(found))
        )

    def legends(self, blocks: list[Block]) -> list[tuple[Place, Legend]]:
        return legends_of(blocks, self.letter, self.line)

    @property
    def plane_in(self) -> tuple[float, float]:
        """Width and height of the view from the front."""
        return _PANEL_IN, self.unit_in * (self.bottom + self.line * (self.lines + 0.5) + 2 * self.border)

    @property
    def unit_in(self) -> float:
        """One token."""
        return min(_PANEL_IN / (1.06 * self.right), 1.4 * _PANEL_IN / self.bottom)

    @property
    def line(self) -> float:
        """Height of a legend's line in tokens."""
        return _LINE_IN / self.unit_in

    @property
    def letter(self) -> float:
        """Width of a legend's letter in tokens, a little more than most have."""
        return _LETTER_IN / self.unit_in

    @property
    def border(self) -> float:
        """Around the blocks, in tokens."""
        return 0.03 * self.right

    @property
    def width_in(self) -> float:
        return _LEFT_IN + _PANEL_IN

    @property
    def height_in(self) -> float:
        return _TITLE_IN + self.plane_in[1] + _TICKS_IN + self.rows * _ROW_IN + _TICKS_IN


@dataclass(frozen=True)
class _Page:
    """Places in inches from the left and upper edge."""

    figure: Figure
    width_in: float
    height_in: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        w, h = self.width_in, self.height_in
        axes = self.figure.add_axes((left / w, 1 - (top + height) / h, width / w, height / h))
        axes.tick_params(labelsize=7.5, colors=FAINT, length=3)
        for spine in axes.spines.values():
            spine.set_color(RULE)
        return axes

    def text(
        self, left: float, top: float, text: str, size_pt: float, *, colour: str = INK, bold: bool = False
    ) -> None:
        x, y = left / self.width_in, 1 - top / self.height_in
        weight = "bold" if bold else "normal"
        self.figure.text(x, y, text, fontsize=size_pt, color=colour, weight=weight, va="top")


def _draw_panel(page: _Page, corner: tuple[float, float], layout: _Layout, name: str, blocks: list[Block]) -> None:
    left, top = corner
    page.text(left, top, name, 11, bold=True)
    page.text(left, top + 0.2, SUMMARIES.get(name, "R-RoPE with these settings"), 8.5, colour=FAINT)
    width, height = layout.plane_in
    _draw_front(page.axes(left + _LEFT_IN, top + _TITLE_IN, width, height), layout, blocks)
    below = top + _TITLE_IN + height + _TICKS_IN
    _draw_time(page.axes(left + _LEFT_IN, below, width, layout.rows * _ROW_IN), layout, blocks)


def _draw_front(axes: Axes, layout: _Layout, blocks: list[Block]) -> None:
    from matplotlib.patches import Rectangle

    video, *references = blocks
    x, y, w, h = video.place
    axes.add_patch(Rectangle((x, y), w, h, facecolor=VIDEO, edgecolor=FAINT, linewidth=1.2))
    groups: dict[tuple[int, int, int, int], list[Block]] = {}
    for block in references:
        groups.setdefault(block.place, []).append(block)
    for (x, y, w, h), group in groups.items():
        axes.add_patch(Rectangle((x, y), w, h, facecolor=group[0].colour, alpha=0.12, linewidth=0))
        for i, block in enumerate(group):
            # Outlines at one place take turns: a dash of each colour.
            dash = 5.0
            style = "solid" if len(group) == 1 else (i * dash, (dash, dash * (len(group) - 1)))
            axes.add_patch(Rectangle((x, y), w, h, fill=False, edgecolor=block.colour, linewidth=2.2, linestyle=style))
    width_in, height_in = layout.plane_in
    low = -layout.border
    axes.set(xlim=(low, low + width_in / layout.unit_in), ylim=(low + height_in / layout.unit_in, low))
    axes.set_xticks(_spaced({edge for block in blocks for edge in (block.first[2], block.last[2] + 1)}, 0.23, layout))
    axes.set_yticks(_spaced({edge for block in blocks for edge in (block.first[1], block.last[1] + 1)}, 0.14, layout))
    axes.grid(visible=True, color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("w", fontsize=8.5, color=FAINT, labelpad=1)
    axes.set_ylabel("h", fontsize=8.5, color=FAINT, labelpad=1, rotation=0)
    for place, legend in layout.legends(blocks):
        _draw_legend(axes, layout, place, legend)


def _draw_legend(axes: Axes, layout: _Layout, place: Place, legend: Legend) -> None:
    """Lines below a rectangle, from its left edge on; further left where the view would end."""
    from matplotlib.patches import Rectangle

    x, y, _, h = place
    letter, square, line = layout.letter, 0.08 / layout.unit_in, layout.line
    widest = max(letter * len(text) + 1.4 * square * len(colours) for text, colours in legend)
    left = min(x, layout.right + layout.border - widest)
    for i, (text, colours) in enumerate(legend):
        middle = y + h + (i + 1) * line
        for k, colour in enumerate(colours):
            corner = (left + 1.4 * k * square, middle - square / 2)
            axes.add_patch(Rectangle(corner, square, square, facecolor=colour, linewidth=0))
        after = left + 1.4 * len(colours) * square + 0.3 * square
        axes.text(after, middle, text, fontsize=_LABEL_PT, color=INK, va="center_baseline")


def _spaced(edges: set[int], room_in: float, layout: _Layout) -> list[int]:
    """Edges that have room for their number."""
    found: list[int] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] >= room_in / layout.unit_in:
            found.append(edge)
    return found


def _draw_time(axes: Axes, layout: _Layout, blocks: list[Block]) -> None:
    for row, block in enumerate(blocks):
        start, end = block.first[0], block.last[0] + 1
        for t in range(start, end):
            axes.barh(row, 0.86, left=t + 0.07, height=0.72, color=block.colour)
    axes.set(xlim=(layout.start - 0.3, layout.end + 0.3), ylim=(layout.rows - 0.4, -0.6))
    axes.set_yticks(range(len(blocks)), [block.name for block in blocks])
    for label in axes.get_yticklabels():
        label.set_color(INK)
    step = max(1, -(-(layout.end - layout.start) // 10))
    ticks = [t for t in range(layout.start, layout.end) if t % step == 0]
    axes.set_xticks([t + 0.5 for t in ticks], [str(t) for t in ticks])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("t", fontsize=8.5, color=FAINT, labelpad=1)
