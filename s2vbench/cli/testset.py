"""`s2vbench testset`: build, check, import, show, list and export test sets."""

from __future__ import annotations

import json as json_module
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from s2vbench.errors import EXIT_OK, EXIT_USAGE, InputError

app = typer.Typer(
    name="testset",
    help="Build, check, import, show, list and export test sets.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_Source = Annotated[str, typer.Argument(metavar="PATH", help="A folder, a cases file, or a name of `testset ls`.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@app.command("build")
def build(
    name: Annotated[str, typer.Argument(help="Which test set: s2v400.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for it.", show_default="where `s2vbench` looks for it")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Check the result like `testset check`.")] = False,
) -> int:
    """Draw a test set that ships as a recipe.

    Example:

    - `s2vbench testset build s2v400 --out my-copy --check`
    """
    from s2vbench.cli.counting import count_progress
    from s2vbench.testsets.folder import built_in_folder
    from s2vbench.world.testset.build import build_testset

    folder = out or built_in_folder(name)
    with count_progress("drawn", "subjects") as progress:
        build_testset(name, folder, progress)
    typer.echo(str(folder))
    return _print_check(folder, strict=False, json=False) if check else EXIT_OK


@app.command("check")
def check(
    path: _Source,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
    json: _Json = False,
) -> int:
    """List everything that is wrong with a test set, one line each; code 2 where something is.

    Every row is read and every picture decoded: digests, sizes, masks, ids, look-alikes, nouns in prompts, licences.
    Warnings alone leave the code at 0.

    Examples:

    - `s2vbench testset check my-testset`

    - `s2vbench testset check cases.json --json`
    """
    from s2vbench.testsets.folder import TestSet, locate

    found = locate(path)
    return _print_check((found.file or found.folder) if isinstance(found, TestSet) else found, strict=strict, json=json)


def _print_check(path: Path, *, strict: bool, json: bool) -> int:
    from s2vbench.cli.counting import count_progress
    from s2vbench.testsets.check import check_testset
    from s2vbench.testsets.folder import root_of

    with count_progress("checked", "images") as progress:
        problems = check_testset(path, progress)
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if json:
        document = {"path": str(path), "errors": errors, "warnings": warnings, "problems": list(map(asdict, problems))}
        _print_json(document)
    else:
        for problem in problems:
            typer.echo(f"{problem.severity}: {problem.text(root_of(path))}")
    sys.stderr.write(f"{path}: {errors} errors, {warnings} warnings\n")
    return EXIT_USAGE if errors or (strict and warnings) else EXIT_OK


@app.command("import")
def import_(
    format_name: Annotated[
        str | None, typer.Argument(metavar="[FORMAT]", help="Which format; without one they are listed.")
    ] = None,
    source: Annotated[
        Path | None, typer.Argument(metavar="[SOURCE]", help="What to read; each format says what it needs.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the test set.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name.", show_default="made from the format")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="Copy pictures below --out instead of naming them.")] = False,
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="You have read the source's licence and agree.")
    ] = False,
    extra: Annotated[
        list[str] | None,
        typer.Option("--option", "-o", metavar="KEY=VALUE", help="An option of the format.", show_default=False),
    ] = None,
    json: _Json = False,
) -> int:
    """Make a test set of another benchmark's files, or of an export.

    Examples:

    - `s2vbench testset import`

    - `s2vbench testset import opens2v OpenS2V-Eval/ --out OpenS2V-Eval`

    - `s2vbench testset import parquet my-testset.parquet --out my-testset`
    """
    from s2vbench.cli.importing import formats, refuse_unknown, run_import

    if format_name is None:
        found = formats()
        if json:
            _print_json(found)
        for entry in () if json else found:
            typer.echo(f"{entry['format']}: {entry['what']}\n  reads: {entry['reads']}\n  licence: {entry['licence']}")
            if entry["options"]:
                typer.echo(f"  --option {entry['options']}")
        return EXIT_OK
    refuse_unknown(format_name)
    if source is None or out is None:
        raise InputError(
            f"{'SOURCE' if source is None else '--out'} is missing: `testset import FORMAT SOURCE --out DIR`"
        )
    report = run_import(format_name, source, out, name=name, copy=copy, accept=accept_licence, extra=extra or [])
    if json:
        _print_json({"path": str(out), **asdict(report)})
        return EXIT_OK
    typer.echo(f"{out}: {report.num_cases} cases, {report.num_images} images")
    for what, why in report.skipped:
        typer.echo(f"left out: {what}: {why}")
    for note in report.notes:
        typer.echo(f"note: {note}")
    return EXIT_OK


@app.command("show")
def show(
    path: _Source,
    out: Annotated[
        Path | None, typer.Option("--out", help="The page or picture to write.", show_default="NAME.html or NAME.png")
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Write a picture instead of an HTML page.")] = False,
    case: Annotated[list[str] | None, typer.Option("--case", help="Only this case; may be repeated.")] = None,
    split: Annotated[str | None, typer.Option("--split", help="Only cases of this split.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Only subjects of this category.")] = None,
) -> None:
    """Write a contact sheet: subjects with all views and masks, cases with prompts; one file, no network.

    Examples:

    - `s2vbench testset show my-testset --out page.html`

    - `s2vbench testset show my-testset --png --out my-testset.png`

    - `s2vbench testset show s2v400 --split smoke --category animal --out animals.html`
    """
    from s2vbench.cli.counting import count_progress
    from s2vbench.files import is_there, real_path, safe_file_name, write_atomically
    from s2vbench.testsets.show import Wanted, collect_sheet, sheet_target

    as_picture = png or (out is not None and out.suffix.lower() == ".png")
    if out is not None:
        sheet_target(out, as_picture=as_picture)
    with count_progress("drawn", "pictures") as progress:
        sheet = collect_sheet(path, Wanted(tuple(case or ()), split, category), progress)
    target = out or Path(f"{safe_file_name(sheet.name, 'testset')}.{'png' if as_picture else 'html'}")
    if is_there(target) and real_path(target) in sheet.own_files:
        raise InputError(f"{target}: is a file of the test set itself; give another one with --out")
    if as_picture:
        from s2vbench.testsets.sheet_picture import sheet_png

        write_atomically(target, sheet_png(sheet))
    else:
        from s2vbench.testsets.sheet_page import sheet_html

        write_atomically(target, sheet_html(sheet))
    typer.echo(str(target))


@app.command("ls")
def ls(json: _Json = False) -> None:
    """List the test sets that have names, with their counts.

    Example:

    - `s2vbench testset ls`
    """
    from s2vbench.cli.ls import ls as list_kind

    list_kind("testsets", json=json)


@app.command("export")
def export(
    path: _Source,
    to: Annotated[Path | None, typer.Option("--to", help="Folder, or file for parquet.", show_default=False)] = None,
    format_name: Annotated[
        str, typer.Option("--format", help="folder, imagefolder or parquet (both for Hugging Face `datasets`).")
    ] = "folder",
    name: Annotated[str | None, typer.Option("--name", help="Another name for it.", show_default="as it is")] = None,
    json: _Json = False,
) -> None:
    """Write a test set in another form: a folder of ours, or one that `datasets` loads.

    `folder` also makes a test set of a cases file, and with --to the same folder writes its manifest again.

    Examples:

    - `s2vbench testset export cases.json --to my-testset --name mine`

    - `s2vbench testset export my-testset --to my-testset.parquet --format parquet`
    """
    from s2vbench.testsets.export import FORMATS, export_testset

    if to is None:
        raise InputError("--to is missing: give the folder (or file for parquet) to write")
    if format_name not in FORMATS:
        raise InputError(f"unknown format {format_name!r}; choose {', '.join(FORMATS)}")
    report = export_testset(path, to, format_name, name=name)
    if json:
        document = {"path": str(report.path), "cases": report.num_cases, "images": report.num_images}
        _print_json(document | {"notes": report.notes})
        return
    typer.echo(f"{report.path}: {report.num_cases} cases, {report.num_images} images")
    for note in report.notes:
        typer.echo(f"note: {note}")


def _print_json(value: Any) -> None:
    typer.echo(json_module.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
