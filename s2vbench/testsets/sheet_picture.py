"""A contact sheet of a test set as one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from s2vbench.testsets.show import Piece, Sheet, ShownCase, ShownSubject, ShownView
from s2vbench.testsets.views import THUMBNAIL_PX

WIDTH_PX = 1600
MOST_CASES = 60
"""More would make a picture that no viewer opens."""
_MARGIN, _GAP = 32, 14
_INNER = WIDTH_PX - 2 * _MARGIN
_INK, _FAINT, _TILE, _HELD = "#1d2125", "#5d6670", "#f3f5f7", "#b04a00"
_MARKS = ("#cfe3f3", "#fbdcc6", "#c9ecdf", "#f2dbe8", "#faecc4", "#d8eefb")
LONGEST_PROMPT = 3_000
"""Characters of a prompt that are shown."""
_LONGEST_LINE = 800
_CAPTION_PX = 16

Paint = Callable[[ImageDraw.ImageDraw, Image.Image, int, int], None]
Block = tuple[int, int, Paint]
"""(width, height, what draws it with its upper left corner at x, y)."""


def sheet_png(sheet: Sheet) -> bytes:
    """The sheet, 1600 px wide, as a PNG file; the same sheet gives the same bytes. At most 60 cases are shown."""
    blocks: list[Block] = [_lines([sheet.name], 26, _INK, bold=True)]
    blocks.append(_lines([f"{', '.join(sheet.facts)}. Orange lines: masks. Dashed frames: held out."], 14, _FAINT))
    for category, subjects in sheet.groups:
        blocks.append(
            _lines(
                [f"{category.capitalize()}: {len(subjects)} subject{'s' if len(subjects) > 1 else ''}"],
                20,
                _INK,
                bold=True,
            )
        )
        blocks += _in_rows([_subject(subject) for subject in subjects])
    if sheet.cases:
        blocks.append(_lines(["Cases"], 20, _INK, bold=True))
    blocks += [_case(case) for case in sheet.cases[:MOST_CASES]]
    if len(sheet.cases) > MOST_CASES:
        blocks.append(_lines([f"and {len(sheet.cases) - MOST_CASES} more cases"], 14, _FAINT))
    page = Image.new("RGB", (WIDTH_PX, sum(height + _GAP for _, height, _ in blocks) + 2 * _MARGIN), "white")
    pen, top = ImageDraw.Draw(page), _MARGIN
    for _, height, paint in blocks:
        paint(pen, page, _MARGIN, top)
        top += height + _GAP
    buffer = BytesIO()
    page.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


@cache
def _font(size_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    import matplotlib as mpl

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / name, size_px)


def _fitted(text: str, width_px: float, size_px: int, *, bold: bool = False) -> str:
    font = _font(size_px, bold=bold)
    # Measuring a megabyte takes minutes, and a line of any font shows less than this.
    text = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}..."
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(f"{text}...") > width_px:
        text = text[:-1]
    return f"{text}..."


def _lines(texts: Sequence[str], size_px: int, colour: str, *, bold: bool = False) -> Block:
    high = round(1.35 * size_px)

    def paint(pen: ImageDraw.ImageDraw, _page: Image.Image, x: int, y: int) -> None:
        for number, text in enumerate(texts):
            fitted = _fitted(text, _INNER, size_px, bold=bold)
            pen.text((x, y + number * high), fitted, fill=colour, font=_font(size_px, bold=bold))

    return _INNER, high * len(texts), paint


def _in_rows(blocks: Iterable[Block]) -> list[Block]:
    """Blocks side by side for as long as they fit."""
    rows: list[list[Block]] = [[]]
    for block in blocks:
        if rows[-1] and sum(width + _GAP for width, _, _ in rows[-1]) + block[0] > _INNER:
            rows.append([])
        rows[-1].append(block)
    return [_beside(row) for row in rows if row]


def _beside(row: list[Block]) -> Block:
    def paint(pen: ImageDraw.ImageDraw, page: Image.Image, x: int, y: int) -> None:
        for width, _, paint_one in row:
            paint_one(pen, page, x, y)
            x += width + _GAP

    return sum(width + _GAP for width, _, _ in row) - _GAP, max(height for _, height, _ in row), paint


def _view(view: ShownView) -> Block:
    picture = view.thumbnail.picture
    width, height = picture.size if picture is not None else (THUMBNAIL_PX, THUMBNAIL_PX)

    def paint(pen: ImageDraw.ImageDraw, page: Image.Image, x: int, y: int) -> None:
        if picture is not None:
            page.paste(picture, (x, y))
        else:
            pen.rectangle((x, y, x + width - 1, y + height - 1), outline=_FAINT)
            pen.text((x + 6, y + 6), _fitted(view.thumbnail.problem, width - 12, 11), fill=_FAINT, font=_font(11))
        if view.is_heldout:
            _dashed(pen, (x, y, x + width - 1, y + height - 1))
        colour = _HELD if view.is_heldout else _FAINT
        pen.text((x, y + height + 3), _fitted(view.about, THUMBNAIL_PX, 11), fill=colour, font=_font(11))

    return THUMBNAIL_PX, height + _CAPTION_PX, paint


def _dashed(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = box
    for at in range(x0, x1, 10):
        for y in (y0, y1):
            pen.line((at, y, min(at + 5, x1), y), fill=_HELD, width=2)
    for at in range(y0, y1, 10):
        for x in (x0, x1):
            pen.line((x, at, x, min(at + 5, y1)), fill=_HELD, width=2)


def _subject(subject: ShownSubject) -> Block:
    views = _in_rows(_view(view) for view in subject.views)
    width = max([THUMBNAIL_PX, *(block[0] for block in views)])
    height = 40 + sum(block[1] + 6 for block in views)
    row = subject.row

    def paint(pen: ImageDraw.ImageDraw, page: Image.Image, x: int, y: int) -> None:
        pen.rounded_rectangle((x, y, x + width + 15, y + height + 7), 8, fill=_TILE)
        title = _fitted(row.phrase or row.class_noun, width, 14, bold=True)
        pen.text((x + 8, y + 4), title, fill=_INK, font=_font(14, bold=True))
        pen.text((x + 8, y + 22), _fitted(row.subject_id, width, 11), fill=_FAINT, font=_font(11))
        top = y + 40
        for _, high, paint_views in views:
            paint_views(pen, page, x + 8, top)
            top += high + 6

    return width + 16, height + 8, paint


def _case(case: ShownCase) -> Block:
    prompt = _wrapped(_cut(case.prompt), 15, _INNER - 24)
    groups = _in_rows(_case_subject(subject, number) for number, subject in enumerate(case.subjects))
    facts = "; ".join(case.facts)
    height = 28 + 21 * len(prompt) + 22 + sum(block[1] + 6 for block in groups) + 8

    def paint(pen: ImageDraw.ImageDraw, page: Image.Image, x: int, y: int) -> None:
        pen.rounded_rectangle((x, y, x + _INNER - 1, y + height), 8, fill=_TILE)
        title = _fitted(f"{case.row.case_id}   {case.row.combo}", _INNER - 24, 14, bold=True)
        pen.text((x + 12, y + 6), title, fill=_INK, font=_font(14, bold=True))
        top = y + 28
        for line in prompt:
            _marked(pen, line, x + 12, top)
            top += 21
        pen.text((x + 12, top + 2), _fitted(facts, _INNER - 24, 12), fill=_FAINT, font=_font(12))
        top += 22
        for _, high, paint_views in groups:
            paint_views(pen, page, x + 12, top)
            top += high + 6

    return _INNER, height, paint


def _cut(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The beginning of a prompt, as much as anybody reads on a sheet."""
    room = LONGEST_PROMPT
    for piece in pieces:
        if len(piece.text) > room:
            yield Piece(f"{piece.text[:room]}...", piece.subject)
            return
        room -= len(piece.text)
        yield piece


def _case_subject(subject: ShownSubject, number: int) -> Block:
    views = _in_rows(_view(view) for view in subject.views)
    width = max([THUMBNAIL_PX, *(block[0] for block in views)])

    def paint(pen: ImageDraw.ImageDraw, page: Image.Image, x: int, y: int) -> None:
        name = _fitted(subject.row.subject_id, width - 8, 12)
        pen.rectangle((x, y, x + _font(12).getlength(name) + 7, y + 17), fill=_MARKS[number % len(_MARKS)])
        pen.text((x + 4, y + 1), name, fill=_INK, font=_font(12))
        top = y + 22
        for _, high, paint_views in views:
            paint_views(pen, page, x, top)
            top += high + 6

    return width, 22 + sum(block[1] + 6 for block in views), paint


def _wrapped(pieces: Iterable[Piece], size_px: int, width_px: float) -> list[list[Piece]]:
    """Lines of words, each with the subject that it names."""
    font = _font(size_px)
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for piece in pieces:
        # Spaces stay with the word before them, so that a mark spans them.
        words = piece.text.replace("\n", " ").split(" ")
        spaced = [f"{word} " for word in words[:-1]] + ([words[-1]] if words[-1] else [])
        for word in spaced:
            length = font.getlength(word)
            if lines[-1] and used + length > width_px:
                lines.append([])
                used = 0.0
            lines[-1].append(Piece(word, piece.subject))
            used += length
    return lines


def _marked(pen: ImageDraw.ImageDraw, line: Iterable[Piece], x: float, y: int) -> None:
    font = _font(15)
    for piece in line:
        length = font.getlength(piece.text)
        if piece.subject is not None:
            pen.rectangle((x - 1, y, x + length, y + 18), fill=_MARKS[piece.subject % len(_MARKS)])
        pen.text((x, y), piece.text, fill=_INK, font=font)
        x += length
