"""A contact sheet: one picture that shows why a video got its numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from s2vbench.files import write_atomically
from s2vbench.report.case import CaseView
from s2vbench.report.curves import curve_block
from s2vbench.report.page import (
    FAINT,
    HEAD_PX,
    INNER_PX,
    LINE,
    MARGIN_PX,
    NOTE_PX,
    RULE,
    Block,
    Page,
    clipped,
    page_of,
    plain_style,
    text_width,
    wrapped,
)
from s2vbench.report.pictures import HIGHEST_Z, NOBODY, colour_of, draw_frame, draw_leak, fitted_picture, tinted
from s2vbench.run.evidence_file import Evidence, EvidenceFrame, EvidenceView

_TITLE_PX, _PROMPT_PX = 26, 16
_GAP_PX = 12
_HEAD_PX = 1.6 * HEAD_PX
_TILE_PX, _TILE_HIGH_PX = 240, 200
_FRAME_PX, _FRAME_HIGH_PX = 375, 320
_CAPTION_PX = 22
_CHOSEN_BY = {
    "bound_identity": "coloured: the instance that stands for a subject in bound_identity and its family",
    "s2v_consistency": "coloured: the instance that stands for a subject in s2v_consistency",
    None: "no metric that assigns instances to subjects was scored",
}


def write_sheet(view: CaseView, folder: Path | None = None) -> Path:
    """Draw the sheet of one video as `case-<case>-<seed>.png`, 1600 px wide, and say where it lies.

    Args:
        view: what to draw.
        folder: by default `report/` in the run folder.

    Raises:
        OutputError: the folder cannot be written.
    """
    path = (folder or view.run / "report") / f"case-{view.case}-{view.seed}.png"
    write_atomically(path, draw_sheet(view))
    return path


def draw_sheet(view: CaseView) -> bytes:
    """The sheet as a PNG file; the same records and evidence give the same bytes."""
    with plain_style():
        blocks = [_title(view), _references(view.evidence), _frames(view.evidence)]
        if view.evidence.leak_z_LRC is not None and len(view.evidence.leak_frames_L):
            blocks.append(_leak(view))
        return page_of([*blocks, curve_block(view)]).png()


def _title(view: CaseView) -> Block:
    manifest, evidence = view.manifest, view.evidence
    name = clipped(f"{view.case}, seed {view.seed}", INNER_PX / 2, _TITLE_PX, bold=True)
    facts = f"model {manifest.model}, profile {manifest.profile}, {manifest.precision}, {manifest.testset}"
    after = text_width(name, _TITLE_PX, bold=True) + 24
    prompt = wrapped(evidence.prompt or "(no prompt)", INNER_PX, _PROMPT_PX)
    warnings = [line for note in view.notes for line in wrapped(note, INNER_PX - 24, _PROMPT_PX)]
    warned_px = LINE * _PROMPT_PX * len(warnings) + 16 if warnings else 0

    def draw(page: Page, top: float) -> None:
        page.text(MARGIN_PX, top, name, _TITLE_PX, bold=True)
        fact = clipped(facts, INNER_PX - after, _PROMPT_PX)
        page.text(MARGIN_PX + after, top + _TITLE_PX - _PROMPT_PX, fact, _PROMPT_PX, colour=FAINT)
        below = page.lines(MARGIN_PX, top + LINE * _TITLE_PX + 8, prompt, _PROMPT_PX)
        if warnings:
            page.box(MARGIN_PX, below + 8, INNER_PX, warned_px - 8, "#fff0c2")
            page.lines(MARGIN_PX + 12, below + 12, warnings, _PROMPT_PX)

    return Block(LINE * _TITLE_PX + 8 + LINE * _PROMPT_PX * len(prompt) + warned_px, draw)


def _references(evidence: Evidence) -> Block:
    """Every view that the model was given; a subject without one has an empty tile."""
    tiles: list[tuple[int, EvidenceView | None]] = []
    for place in range(len(evidence.subjects)):
        views = [view for view in evidence.views if view.subject == place]
        tiles += [(place, view) for view in views] or [(place, None)]
    in_row = int((INNER_PX + _GAP_PX) // (_TILE_PX + _GAP_PX))
    pictures = [
        None if view is None else fitted_picture(view.picture_HWC, _TILE_PX, _TILE_HIGH_PX) for _, view in tiles
    ]
    high_px = max((len(picture_HWC) for picture_HWC in pictures if picture_HWC is not None), default=60)
    tile_px = high_px + 3 * _CAPTION_PX + 16

    def draw(page: Page, top: float) -> None:
        page.head(top, "References", "tinted: where the subject is in its picture")
        for index, ((subject, view), picture_HWC) in enumerate(zip(tiles, pictures, strict=True)):
            row, column = divmod(index, in_row)
            left, upper = MARGIN_PX + column * (_TILE_PX + _GAP_PX), top + _HEAD_PX + row * tile_px
            if view is None or picture_HWC is None:
                page.box(left, upper, _TILE_PX, high_px, "#f1f3f4")
                page.text(left + 12, upper + 12, "no reference picture", NOTE_PX, colour=FAINT)
            else:
                lower = upper + high_px - len(picture_HWC)
                page.picture(left, lower, tinted(picture_HWC, view.mask_HW, colour_of(subject), 0.25))
            source = "" if view is None else f"mask: {view.mask_source}"
            _tile_caption(page, (left, upper + high_px + 8), evidence, subject, source)

    return Block(_HEAD_PX + -(-len(tiles) // in_row) * tile_px - 16, draw)


def _tile_caption(page: Page, corner: tuple[float, float], evidence: Evidence, subject: int, source: str) -> None:
    left, top = corner
    about = evidence.subjects[subject]
    page.box(left, top + 2, 14, 14, colour_of(subject))
    page.text(left + 22, top, clipped(about.id, _TILE_PX - 22, 15, bold=True), 15, bold=True)
    page.text(left, top + _CAPTION_PX, clipped(about.noun, _TILE_PX, 14), 14)
    page.text(left, top + 2 * _CAPTION_PX, clipped(source, _TILE_PX, NOTE_PX), NOTE_PX, colour=FAINT)


def _frame_places(evidence: Evidence) -> tuple[float, float, list[float]]:
    """Width and height of a frame's space, and the left edge of each frame."""
    count = max(1, len(evidence.frames))
    width = min(_FRAME_PX, (INNER_PX - (count - 1) * _GAP_PX) // count)
    shapes = [frame.picture_HWC.shape for frame in evidence.frames]
    height = max((shape[0] * min(width / shape[1], _FRAME_HIGH_PX / shape[0]) for shape in shapes), default=0.0)
    return width, float(np.ceil(height)), [MARGIN_PX + place * (width + _GAP_PX) for place in range(count)]


def _frames(evidence: Evidence) -> Block:
    width, height, lefts = _frame_places(evidence)
    note = (
        f"{len(evidence.frames)} of {len(evidence.frames_F)} that were looked at;   {_CHOSEN_BY[evidence.assigned_by]};"
    )

    def draw(page: Page, top: float) -> None:
        after = page.head(top, "Frames", note)
        page.box(after + 12, top + 5, 13, 13, NOBODY)
        page.text(after + 32, top + HEAD_PX - NOTE_PX, "accepted, stands for nobody", NOTE_PX, colour=FAINT)
        for left, frame in zip(lefts, evidence.frames, strict=False):
            draw_frame(page, (left, top + _HEAD_PX), frame, (width, height), evidence.subjects)
            page.text(left, top + _HEAD_PX + height + 6, _when(evidence, frame.frame), NOTE_PX)

    return Block(_HEAD_PX + height + _CAPTION_PX, draw)


def _when(evidence: Evidence, frame: int) -> str:
    return f"frame {frame}" + (f", {frame / evidence.fps:.2f} s" if evidence.fps else "")


def _nearest_maps(evidence: Evidence) -> list[tuple[EvidenceFrame, int]]:
    """For each frame that is shown the row of the leak map nearest to it; a map stands under one frame only."""
    rows_L = np.array(evidence.leak_frames_L)
    taken: dict[int, EvidenceFrame] = {}
    for frame in sorted(evidence.frames, key=lambda frame: int(np.abs(rows_L - frame.position).min())):
        taken.setdefault(int(np.abs(rows_L - frame.position).argmin()), frame)
    return [(frame, row) for row, frame in taken.items()]


def _leak(view: CaseView) -> Block:
    evidence = view.evidence
    assert evidence.leak_z_LRC is not None, "asked only where there are maps"
    z_LRC = evidence.leak_z_LRC
    width, height, lefts = _frame_places(evidence)
    left_of = {frame.position: left for left, frame in zip(lefts, evidence.frames, strict=False)}
    score = view.score("background_leak")
    parts = score.parts if score is not None else {}
    shares = dict(zip(parts.get("frames", ()), parts.get("frame_values", ()), strict=False))

    def draw(page: Page, top: float) -> None:
        note = "z of each patch of background against other cases' references;   grey: a subject and what is next to it"
        after = page.head(top, "Leaked background", note)
        for frame, row in _nearest_maps(evidence):
            scale = min(width / frame.picture_HWC.shape[1], height / frame.picture_HWC.shape[0])
            high, wide = (round(scale * side) for side in frame.picture_HWC.shape[:2])
            left = left_of[frame.position]
            axes = page.axes(left, top + _HEAD_PX, wide, high)
            same = evidence.leak_frames_L[row] == frame.position
            image = draw_leak(axes, z_LRC[row], frame.picture_HWC if same else None)
            number = evidence.frames_F[evidence.leak_frames_L[row]]
            share = shares.get(number)
            leaked = "" if share is None else f": {share:.1%} above z 3"
            page.text(left, top + _HEAD_PX + height + 6, f"frame {number}{leaked}", NOTE_PX)
        bar = page.axes(after + 40, top + 2, 260, 12)
        page.figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[0, 3, 5, HIGHEST_Z])
        bar.tick_params(labelsize=11, length=2, pad=1, color=RULE)

    return Block(_HEAD_PX + 6 + height + _CAPTION_PX, draw)
