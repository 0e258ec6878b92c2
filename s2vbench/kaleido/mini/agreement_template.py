"""Layout and shape agreement: a reference as a grid of cells, laid over a frame at every place, size and mirrored.

Shape letters: T frames, H and W cells down and across, Y and X places of the grid, C values of a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from s2vbench.kaleido.mini.agreement_colour import lab_of
from s2vbench.types import Floats, FramesU8

CELL_PX: Final = 4
ORIENTATIONS: Final = 8
WIDENING: Final = (0.85, 1.0, 1.2)
_COLOUR_WEIGHT: Final = np.array([1.0, 1.5, 1.5], np.float32)
"""Of L, a and b: what light does to a subject changes L most."""
_LEAST_NORM: Final = 1e-3


@dataclass(frozen=True)
class Template:
    """One size of one reference."""

    values_HWC: Floats
    """Without their mean over the subject's cells, of length 1; zero outside the subject."""
    inside_HW: Floats
    """1 in the subject's cells."""


@dataclass(frozen=True)
class Look:
    """What of a picture is compared."""

    cells: Callable[[FramesU8], Floats]
    """Frames to cells (T, H, W, C)."""
    mirrored: Callable[[Floats], Floats]
    """Cells (H, W, C) of the mirrored picture."""
    heights_px: tuple[int, ...]
    """Heights of the grids that are laid over a frame of 64 px."""
    least_share: float
    """How much of a cell must be subject for it to count."""


def colour_cells(frames_THWC: FramesU8) -> Floats:
    """Mean Lab of every cell."""
    return _pooled(lab_of(frames_THWC) * _COLOUR_WEIGHT)


def edge_cells(frames_THWC: FramesU8) -> Floats:
    """Square root of the mean gradient of every cell along each of 8 orientations (without sign)."""
    values = frames_THWC.astype(np.float32)
    down, across = np.zeros_like(values), np.zeros_like(values)
    down[:, 1:-1] = values[:, 2:] - values[:, :-2]
    across[:, :, 1:-1] = values[:, :, 2:] - values[:, :, :-2]
    strongest = (down**2 + across**2).argmax(axis=-1)[..., None]
    down, across = (np.take_along_axis(part, strongest, axis=-1) for part in (down, across))
    angle = np.mod(np.arctan2(down, across), np.pi) / np.pi * ORIENTATIONS
    first = np.floor(angle).astype(np.intp)
    share, size = angle - first, np.hypot(down, across)
    edges = np.zeros((*frames_THWC.shape[:-1], ORIENTATIONS), np.float32)
    np.put_along_axis(edges, first % ORIENTATIONS, size * (1 - share), axis=-1)
    np.put_along_axis(edges, (first + 1) % ORIENTATIONS, size * share, axis=-1)
    rooted: Floats = np.sqrt(_pooled(edges))
    return rooted


def _mirrored_colours(cells_HWC: Floats) -> Floats:
    return cells_HWC[:, ::-1]


def _mirrored_edges(cells_HWC: Floats) -> Floats:
    # A line at angle t lies at pi - t in a mirror.
    return cells_HWC[:, ::-1][..., -np.arange(ORIENTATIONS) % ORIENTATIONS]


LAYOUT: Final = Look(colour_cells, _mirrored_colours, (32, 40, 48, 56, 64), 0.4)
SHAPE: Final = Look(edge_cells, _mirrored_edges, (40, 48, 56, 64), 0.25)


def templates_of(crop_HWC: FramesU8, share_HW: Floats, look: Look, widest_px: int) -> tuple[Template, ...]:
    """A subject cut out along its box as templates of all sizes that fit.

    Args:
        crop_HWC: the box; whatever is not subject in it should be plain.
        share_HW: how much of each pixel is subject.
        look: what is compared.
        widest_px: of a template.
    """
    return tuple(_templates(crop_HWC, share_HW, look, widest_px))


def _templates(crop_HWC: FramesU8, share_HW: Floats, look: Look, widest_px: int) -> Iterator[Template]:
    picture, share = Image.fromarray(crop_HWC), Image.fromarray(share_HW)
    for height_px in look.heights_px:
        for widening in WIDENING:
            width = round(height_px * picture.width / picture.height * widening / CELL_PX)
            if not 2 <= width <= widest_px // CELL_PX:
                continue
            size = (width * CELL_PX, height_px)
            cells_HWC = look.cells(np.asarray(picture.resize(size, Image.Resampling.BOX))[None])[0]
            share_cells = _pooled(np.asarray(share.resize(size, Image.Resampling.BOX))[None, ..., None])[0, ..., 0]
            inside_HW = (share_cells > look.least_share).astype(np.float32)
            if inside_HW.sum() < 4:
                continue
            yield _normalised(cells_HWC, inside_HW)
            yield _normalised(look.mirrored(cells_HWC), inside_HW[:, ::-1])


def _normalised(cells_HWC: Floats, inside_HW: Floats) -> Template:
    inside_HW1 = inside_HW[..., None]
    mean_C = (cells_HWC * inside_HW1).sum(axis=(0, 1)) / inside_HW.sum()
    values_HWC = (cells_HWC - mean_C) * inside_HW1
    length = np.sqrt((values_HWC**2).sum() + np.float32(_LEAST_NORM))
    return Template(np.ascontiguousarray(values_HWC / length), np.ascontiguousarray(inside_HW))


def template_agreement(cells_THWC: Floats, templates: tuple[Template, ...]) -> float:
    """Mean over frames of the best correlation of any template at any place, -1 to 1; 0 where no template fits.

    The correlation is over the subject's cells alone, each value without its mean there.
    """
    energy_THW = (cells_THWC**2).sum(axis=-1)
    best_T: Floats | None = None
    for template in templates:
        size = template.inside_HW.shape
        if size[0] > cells_THWC.shape[1] or size[1] > cells_THWC.shape[2]:
            continue
        views = sliding_window_view(cells_THWC, size, axis=(1, 2))
        dots_TYX = np.tensordot(views, template.values_HWC, ((4, 5, 3), (0, 1, 2)))
        count = template.inside_HW.sum()
        sums_TYXC = np.tensordot(views, template.inside_HW, ((4, 5), (0, 1)))
        squares_TYX = np.tensordot(sliding_window_view(energy_THW, size, axis=(1, 2)), template.inside_HW, 2)
        spread_TYX = np.maximum(squares_TYX - (sums_TYXC**2).sum(axis=-1) / count, 0)
        found_TYX = dots_TYX / np.sqrt(spread_TYX + np.float32(_LEAST_NORM))
        found_T = found_TYX.reshape(len(cells_THWC), -1).max(axis=1)
        best_T = found_T if best_T is None else np.maximum(best_T, found_T)
    return 0.0 if best_T is None else float(best_T.mean())


def _pooled(values_THWC: Floats) -> Floats:
    frames, height, width, channels = values_THWC.shape
    squares = values_THWC.reshape(frames, height // CELL_PX, CELL_PX, width // CELL_PX, CELL_PX, channels)
    pooled: Floats = squares.mean(axis=(2, 4), dtype=np.float32)
    return pooled
