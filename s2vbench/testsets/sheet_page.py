"""A contact sheet of a test set as one HTML page that needs nothing beside itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from s2vbench.testsets.show import Sheet, ShownView


class _Embedded(NamedTuple):
    number: int
    width_px: int
    height_px: int
    base64: str


def sheet_html(sheet: Sheet) -> str:
    """The page: thumbnails are embedded once each, and what rows say is escaped; the same sheet gives the same text."""
    import jinja2

    template = (Path(__file__).parent / "sheet.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    number_of: dict[str, int] = {}
    images = []
    for view in _views(sheet):
        if view.image_id not in number_of and view.thumbnail.picture is not None:
            number_of[view.image_id] = len(number_of)
            size = view.thumbnail.picture.size
            images.append(_Embedded(number_of[view.image_id], *size, b64encode(view.thumbnail.webp()).decode()))
    return environment.from_string(template).render(sheet=sheet, images=images, number_of=number_of) + "\n"


def _views(sheet: Sheet) -> Iterator[ShownView]:
    for _, subjects in sheet.groups:
        for subject in subjects:
            yield from subject.views
    for case in sheet.cases:
        for subject in case.subjects:
            yield from subject.views
