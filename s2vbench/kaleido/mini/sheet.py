"""Two pictures to look at: clips under every condition beside their references, and a test for human eyes.

Which cases are shown follows from their places in the list alone; nobody picks them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from s2vbench.files import write_atomically
from s2vbench.kaleido.mini.agreement import Subject
from s2vbench.kaleido.mini.evidence_cases import CONDITIONS, EvidenceCase, class_of, subject_of
from s2vbench.types import FramesU8, Reference

SHOWN_CASES: Final = 24
CANDIDATES: Final = 4
CONTACT, IDENTIFY = "contact_sheet.png", "identification_sheet.png"
_TILE_PX: Final = 96
_GAP_PX, _MARGIN_PX, _LABEL_PX = 4, 16, 22
_INK, _FAINT, _PAPER = "#202124", "#80868b", "#ffffff"


def shown_cases(cases: Sequence[EvidenceCase], most: int = SHOWN_CASES) -> list[EvidenceCase]:
    """Every k-th case, so that about `most` are shown, two thirds with one subject where there are enough.

    >>> shown_cases([])
    []
    """
    chosen: list[EvidenceCase] = []
    for count, wanted in ((1, -(-2 * most // 3)), (2, most // 3)):
        group = [case for case in cases if len(case.case.references) == count]
        step = max(1, len(group) // wanted)
        chosen += group[::step][:wanted]
    return chosen


def strip_path(folder: Path, case: EvidenceCase, condition: str) -> Path:
    """Where the three frames of a clip are kept."""
    return folder / "frames" / f"{case.case.id}-{condition}.png"


def save_strip(folder: Path, case: EvidenceCase, condition: str, frames_THWC: FramesU8) -> None:
    """Keep the first, the middle and the last frame of a clip, side by side and without loss."""
    chosen = frames_THWC[[0, len(frames_THWC) // 2, -1]]
    write_atomically(strip_path(folder, case, condition), png_of(Image.fromarray(np.concatenate(list(chosen), axis=1))))


def png_of(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def contact_sheet(cases: Sequence[EvidenceCase], folder: Path) -> Image.Image:
    """A row a case: its references, their partners' pictures, three frames under each condition.

    Cases whose strips are not all there are left out.
    """
    rows = [case for case in cases if all(strip_path(folder, case, name).exists() for name in CONDITIONS)]
    strips = {(case.case.id, name): _strip(strip_path(folder, case, name)) for case in rows for name in CONDITIONS}
    strip_px = max((strip.width for strip in strips.values()), default=_TILE_PX)
    pictures_px = 2 * (_TILE_PX + _GAP_PX)
    lefts = [_MARGIN_PX, _MARGIN_PX + pictures_px + _GAP_PX * 2]
    lefts += [lefts[1] + pictures_px + _GAP_PX * 2 + i * (strip_px + 3 * _GAP_PX) for i in range(3)]
    row_px = _TILE_PX + _LABEL_PX + 2 * _GAP_PX
    sheet = Image.new(
        "RGB", (lefts[-1] + strip_px + _MARGIN_PX, 2 * _MARGIN_PX + _LABEL_PX + row_px * len(rows)), _PAPER
    )
    pen = ImageDraw.Draw(sheet)
    heads = ("right references", "others of the class", "clip: right", "clip: shuffled (others)", "clip: none")
    for left, head in zip(lefts, heads, strict=True):
        pen.text((left, _MARGIN_PX), head, fill=_INK, font=_font(13, bold=True))
    for index, case in enumerate(rows):
        top = _MARGIN_PX + _LABEL_PX + index * row_px
        pen.text((lefts[0], top + 2), f"{case.case.id}: {case.case.prompt}"[:170], fill=_FAINT, font=_font(11))
        top += _LABEL_PX - 2
        for left, people in zip(lefts, (case.case.references, case.partners), strict=False):
            for place, person in enumerate(people):
                sheet.paste(_portrait(person, case.folder), (left + place * (_TILE_PX + _GAP_PX), top))
        for left, name in zip(lefts[2:], CONDITIONS, strict=True):
            sheet.paste(strips[case.case.id, name], (left, top))
    return sheet


def identification_sheet(
    cases: Sequence[EvidenceCase], people: Sequence[Reference], folder: Path, condition: str = "right"
) -> Image.Image:
    """A row a case: three frames of the clip, and four individuals of which one was its (first) reference.

    The candidates are of the subject's class, filled up with others of its kind where the class has fewer. Their order
    is drawn from the case's name; the answers stand small at the foot.
    """
    rows = [case for case in cases if strip_path(folder, case, condition).exists()]
    strips = [_strip(strip_path(folder, case, condition)) for case in rows]
    left_px = _MARGIN_PX + 30
    strip_px = max((strip.width for strip in strips), default=_TILE_PX)
    first_px = left_px + strip_px + 6 * _GAP_PX
    row_px = _TILE_PX + 3 * _GAP_PX
    width_px = first_px + CANDIDATES * (_TILE_PX + 2 * _GAP_PX) + _MARGIN_PX
    head_px, foot_px = _MARGIN_PX + 2 * _LABEL_PX, _LABEL_PX + 14 * (1 + len(rows) // 8) + _MARGIN_PX
    sheet = Image.new("RGB", (width_px, head_px + row_px * len(rows) + foot_px), _PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((left_px, _MARGIN_PX), "Who is in the clip?", fill=_INK, font=_font(15, bold=True))
    for place in range(CANDIDATES):
        x = first_px + place * (_TILE_PX + 2 * _GAP_PX) + _TILE_PX // 2 - 5
        pen.text((x, _MARGIN_PX + _LABEL_PX), "ABCD"[place], fill=_INK, font=_font(14, bold=True))
    answers = []
    for index, (case, strip) in enumerate(zip(rows, strips, strict=True)):
        top = head_px + index * row_px
        found = candidates(case, people)
        shown = case.shown(condition)[0]
        answers.append(f"{index + 1}{'ABCD'[[one.id for one in found].index(shown.id)]}")
        pen.text((_MARGIN_PX, top + _TILE_PX // 2 - 8), f"{index + 1}", fill=_INK, font=_font(14))
        sheet.paste(strip, (left_px, top))
        for place, person in enumerate(found):
            sheet.paste(_portrait(person, case.folder), (first_px + place * (_TILE_PX + 2 * _GAP_PX), top))
    top = head_px + row_px * len(rows) + _LABEL_PX
    for line in range(0, len(answers), 8):
        text = ("answers: " if not line else "") + "  ".join(answers[line : line + 8])
        pen.text((left_px, top + 14 * (line // 8)), text, fill=_FAINT, font=_font(9))
    return sheet


def candidates(case: EvidenceCase, people: Sequence[Reference]) -> list[Reference]:
    """The first subject, its partner and others of the class, in an order drawn from the case's name."""
    right, partner = case.case.references[0], case.partners[0]
    taken = {reference.id for reference in (*case.case.references, partner)}
    others = [person for person in people if person.id not in taken and person.kind == right.kind]

    def drawn(person: Reference) -> str:
        return hashlib.sha256(f"candidates {case.case.id} {person.id}".encode()).hexdigest()

    others.sort(key=lambda person: (class_of(person) != class_of(right), drawn(person)))
    return sorted([right, partner, *others[: CANDIDATES - 2]], key=drawn)


def _strip(path: Path) -> Image.Image:
    """Three frames at the height of a tile."""
    with Image.open(path) as opened:
        strip = opened.convert("RGB")
    return strip.resize((round(strip.width * _TILE_PX / strip.height), _TILE_PX), Image.Resampling.LANCZOS)


def _portrait(person: Reference, folder: Path) -> Image.Image:
    """A reference picture, fitted into a tile."""
    subject: Subject = subject_of(person, folder)
    tile = Image.new("RGB", (_TILE_PX, _TILE_PX), _PAPER)
    picture = Image.fromarray(subject.picture_HWC)
    picture.thumbnail((_TILE_PX, _TILE_PX), Image.Resampling.LANCZOS)
    tile.paste(picture, ((_TILE_PX - picture.width) // 2, (_TILE_PX - picture.height) // 2))
    return tile


@lru_cache(maxsize=16)
def _font(size_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    import matplotlib as mpl

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / name, size_px)
