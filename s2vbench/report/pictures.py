"""Pictures of a contact sheet: masks tinted by subject, boxes with names, leak maps.

Shape letters: H height, W width, C channels (in leak maps columns), R rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from s2vbench.report.page import Page, clipped, text_width
from s2vbench.run.evidence_file import EvidenceFrame, EvidenceSubject, Mask
from s2vbench.types import Floats, FramesU8

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's, which colour-blind people tell apart."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""One more than colours, so that a colour that comes again has another marker."""
NOBODY = "#8c8c8c"
HIGHEST_Z = 10.0
_TAG_PX, _TAG_PAD = 12, 3


def colour_of(subject: int | None) -> str:
    """The colour that stands for a subject all over a sheet; grey for none."""
    return NOBODY if subject is None else COLOURS[subject % len(COLOURS)]


def fitted_picture(picture_HWC: FramesU8, width_px: float, height_px: float) -> FramesU8:
    """The picture as large as the space allows."""
    scale = min(width_px / picture_HWC.shape[1], height_px / picture_HWC.shape[0])
    size = (max(1, round(picture_HWC.shape[1] * scale)), max(1, round(picture_HWC.shape[0] * scale)))
    return np.asarray(Image.fromarray(picture_HWC).resize(size, Image.Resampling.LANCZOS))


def tinted(picture_HWC: FramesU8, mask_HW: Mask, colour: str, share: float, outline_px: int = 2) -> FramesU8:
    """The picture with a share of a colour inside a mask and an outline along its inner edge.

    >>> red = tinted(np.zeros((3, 3, 3), np.uint8), np.eye(3, dtype=bool), "#ff0000", 0.5)
    >>> red[..., 0].tolist()
    [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    """
    ink_C = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float64)
    size = picture_HWC.shape[1], picture_HWC.shape[0]
    mask_HW = np.asarray(Image.fromarray(mask_HW).resize(size, Image.Resampling.NEAREST))
    mixed = np.where(mask_HW[..., None], (1 - share) * picture_HWC + share * ink_C, picture_HWC)
    inner_HW = mask_HW
    for _ in range(outline_px):
        padded = np.pad(inner_HW, 1)
        inner_HW = inner_HW & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    mixed[mask_HW & ~inner_HW] = ink_C
    return np.rint(mixed).astype(np.uint8)


def draw_frame(
    page: Page,
    corner: tuple[float, float],
    frame: EvidenceFrame,
    size: tuple[float, float],
    subjects: tuple[EvidenceSubject, ...],
) -> None:
    """One frame with everything that was found in it; those that stand for a subject lie on top."""
    picture_HWC = fitted_picture(frame.picture_HWC, *size)
    scale = picture_HWC.shape[1] / frame.picture_HWC.shape[1]
    ordered = sorted(frame.instances, key=lambda instance: (instance.subject is not None, instance.subject or 0))
    for instance in ordered:
        share, outline_px = (0.12, 1) if instance.subject is None else (0.38, 2)
        picture_HWC = tinted(picture_HWC, instance.mask_HW, colour_of(instance.subject), share, outline_px)
    axes = page.picture(*corner, picture_HWC)
    taken: list[tuple[float, float, float]] = []
    for instance in ordered:
        x0, y0, x1, y1 = (scale * edge for edge in instance.box)
        _outline(axes, (x0, y0, x1, y1), colour_of(instance.subject), 1.0 if instance.subject is None else 2.5)
        if instance.subject is not None:
            _tag(axes, (x0, y0), subjects[instance.subject].id, colour_of(instance.subject), taken)


def _outline(axes: Axes, box: tuple[float, ...], colour: str, width_px: float) -> None:
    from matplotlib.patches import Rectangle

    x0, y0, x1, y1 = box
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=colour, linewidth=width_px))


def _tag(
    axes: Axes, corner: tuple[float, float], name: str, colour: str, taken: list[tuple[float, float, float]]
) -> None:
    """The subject's name at the corner of its box, inside the picture and below tags that are there already."""
    from matplotlib.patches import Rectangle

    width_px, height_px = axes.get_xlim()[1], axes.get_ylim()[0]
    name = clipped(name, width_px / 2, _TAG_PX, bold=True)
    width, height = text_width(name, _TAG_PX, bold=True) + 2 * _TAG_PAD, _TAG_PX + 2 * _TAG_PAD
    x = max(0.0, min(corner[0], width_px - width))
    y = max(0.0, min(corner[1], height_px - height))
    for _ in range(len(taken)):
        for other_x, other_y, other_width in taken:
            if x < other_x + other_width and other_x < x + width and abs(y - other_y) < height:
                y = other_y + height if other_y + 2 * height <= height_px else max(0.0, other_y - height)
    taken.append((x, y, width))
    axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0, zorder=3))
    axes.text(x + _TAG_PAD, y + _TAG_PAD + 0.82 * _TAG_PX, name, color="white", size=_TAG_PX, weight="bold", zorder=4)


def draw_leak(axes: Axes, z_RC: Floats, picture_HWC: FramesU8 | None) -> AxesImage:
    """A leak map over the whole of the axes: dark is chance, light is a reference's background.

    Args:
        axes: where.
        z_RC: z-scores, NaN where a subject is.
        picture_HWC: the frame, shown in pale grey where a subject is; plain grey where it is None.
    """
    import matplotlib as mpl

    extent = (0, z_RC.shape[1], z_RC.shape[0], 0)
    axes.set_axis_off()
    if picture_HWC is not None:
        pale_HW = np.asarray(Image.fromarray(picture_HWC).convert("L")) / 255 * 0.45 + 0.5
        axes.imshow(pale_HW, cmap="gray", vmin=0, vmax=1, extent=extent, aspect="auto")
    colours = mpl.colormaps["inferno"].with_extremes(bad="#bdbdbd" if picture_HWC is None else (0, 0, 0, 0))
    z_RC = np.ma.masked_invalid(z_RC)
    return axes.imshow(
        z_RC, cmap=colours, vmin=0, vmax=HIGHEST_Z, interpolation="nearest", extent=extent, aspect="auto"
    )
