"""Formats that `s2vbench testset import` reads: other benchmarks', and our own exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s2vbench.errors import InputError

if TYPE_CHECKING:
    from s2vbench.testsets.importers.base import Importer, ImportReport

EXPORTS = {
    "imagefolder": "a folder written by `testset export --format imagefolder`",
    "parquet": "a file written by `testset export --format parquet`, or a folder of such files",
}


def formats() -> list[dict[str, str]]:
    """Every format with what it is, what it reads, and the licence of what it reads."""
    from s2vbench.testsets.importers import IMPORTERS

    found = [
        {
            "format": name,
            "what": one.summary,
            "reads": one.source_help,
            "licence": one.licence,
            "options": _options(one),
        }
        for name, one in IMPORTERS.items()
    ]
    own = "as the rows of the export say"
    return found + [
        {"format": name, "what": "test sets for Hugging Face datasets", "reads": reads, "licence": own, "options": ""}
        for name, reads in EXPORTS.items()
    ]


def _options(importer: Importer) -> str:
    """What `--option KEY=VALUE` may say."""
    return "; ".join(f"{key}: {what}" for key, what in importer.extras.items())


def run_import(
    format_name: str, source: Path, out: Path, *, name: str | None, copy: bool, accept: bool, extra: list[str]
) -> ImportReport:
    """Write the test set of `source` into `out`.

    Raises:
        InputError: unknown format or option, or a source that is not of the format.
    """
    from s2vbench.testsets.importers import IMPORTERS
    from s2vbench.testsets.importers.base import ImportOptions, ImportReport

    format_name = "imagefolder" if format_name == "datasets" else format_name
    if format_name in EXPORTS:
        from s2vbench.testsets.datasets_import import import_exported

        if extra:
            raise InputError(f"{format_name} has no options; leave out --option")
        done = import_exported(source, out, format_name, name=name)
        return ImportReport(done.num_cases, done.num_images, (), done.notes)
    refuse_unknown(format_name)
    options = ImportOptions(name=name, copy=copy, accept_licence=accept, extra=_pairs(extra))
    return IMPORTERS[format_name].run(source, out, options)


def refuse_unknown(format_name: str) -> None:
    """Nothing where there is such a format.

    Raises:
        InputError: there is none.
    """
    from s2vbench.testsets.importers import IMPORTERS

    if format_name not in {*IMPORTERS, *EXPORTS, "datasets"}:
        raise InputError(f"unknown format {format_name!r}; choose {', '.join([*IMPORTERS, *EXPORTS])}")


def _pairs(extra: list[str]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in extra)
    for text in extra:
        if "=" not in text:
            raise InputError(f"--option {text!r} must be KEY=VALUE")
    return pairs
