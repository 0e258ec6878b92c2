"""From tables to one HTML file: escaped everywhere, with a policy that lets a browser load nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from s2vbench.report.formats import CAPTION
from s2vbench.report.html.clips import EMBED_MB
from s2vbench.report.html.index import Videos, listing, read_videos, run_names, titles_of
from s2vbench.report.html.plots import NUM_COLOURS, WIDTH_PX
from s2vbench.report.html.summary import WHISKER_PX, counted, section_of
from s2vbench.report.pictures import COLOURS, NOBODY
from s2vbench.report.table import Table
from s2vbench.resources import package_folder

PAGE = "index.html"
_SCRIPTS = ("elements.js", "theme.js", "browser.js", "curves.js", "pictures.js", "case.js", "start.js")


def html_page(
    tables: Sequence[Table],
    page_folder: Path,
    *,
    cases: Path | None = None,
    videos: Path | None = None,
    embed_mb: float = EMBED_MB,
) -> str:
    """The page as text; the same run folders give the same page.

    Args:
        tables: of the report.
        page_folder: where the page will lie: links to videos that are not embedded are relative to it.
        cases: the cases file or test set, for runs whose manifest does not say where it is.
        videos: where the videos are, for runs that do not hold them.
        embed_mb: videos that together are smaller than this go into the page.

    Raises:
        InputError: `cases` is not what the runs were made with.
    """
    found = read_videos(tables, page_folder, cases=cases, videos=videos, embed_mb=embed_mb)
    names = run_names(tables)
    sections, first = [], 0
    titled = zip(tables, titles_of(tables), found.tables, strict=True)
    for number, (table, title, entries) in enumerate(titled, start=1):
        sections.append(section_of(table, entries, title=title, number=number, first=first, names=names))
        first += len(table.rows)
    style, script = _file("page.css"), "\n".join(_file(name) for name in _SCRIPTS)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=", ".join(dict.fromkeys(names)),
            policy=_policy(style, script, linked=not found.embedded),
            style=Markup(style),  # noqa: S704 -- shipped files, no data in them
            script=Markup(script),  # noqa: S704 -- as above
            sections=sections,
            counts=counted(found.tables),
            videos_said=_videos_said(found),
            caption=CAPTION,
            index=json_block(
                listing(tables, found) | {"colours": COLOURS, "nobody": NOBODY, "runColours": NUM_COLOURS}
            ),
            pictures=(json_block(picture) for picture in found.pictures),
            blocks=(json_block(block) for block in found.blocks),
            plot_width=WIDTH_PX,
            whisker_width=WHISKER_PX,
        )
    )


def json_block(value: Any) -> Markup:
    r"""JSON for a script element: no text in it can end the element or begin a comment.

    >>> json_block({"a": "</script><!--"})
    Markup('{"a":"\\u003c/script\\u003e\\u003c!--"}')
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 -- what could be markup has just been taken out


def _environment() -> Environment:
    folder = package_folder("report/html/templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fixed"] = lambda number, digits: f"{number:.{digits}f}"
    return environment


def _file(name: str) -> str:
    return (package_folder("report/html/templates") / name).read_text(encoding="utf-8")


def _policy(style: str, script: str, *, linked: bool) -> str:
    """A Content-Security-Policy that knows this page's style and script by digest and lets nothing else in."""
    media = "data: 'self' file:" if linked else "data:"
    return (
        f"default-src 'none'; img-src {media}; media-src {media}; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _videos_said(videos: Videos) -> str:
    shown = len(videos.blocks) - videos.num_missing
    megabytes = f"{videos.num_bytes / 1e6:.1f} MB"
    if not shown:
        said = "No video can be shown."
    elif videos.embedded:
        said = f"The videos ({shown}, {megabytes}) are in this file."
    else:
        said = f"The videos ({shown}, {megabytes}) are not in this file but beside it: move them together."
    missing = f" {videos.num_missing} cannot be shown; a case says why." if videos.num_missing and shown else ""
    return said + missing
