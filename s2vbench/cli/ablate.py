"""`s2vbench ablate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from s2vbench.cli.options import Json
from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED, InputError

if TYPE_CHECKING:
    from s2vbench.ablate.compare import Comparison
    from s2vbench.ablate.sweep import Sweep
    from s2vbench.ablate.sweep_file import SweepFile
    from s2vbench.ablate.units import Unit


def ablate(
    sweep: Annotated[str, typer.Argument(help="A TOML file, or the name of a shipped sweep: rrope, crosspair.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The sweep's folder; give it again to go on.", show_default="runs/ablate/NAME"),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this variant; may be repeated.", show_default=False)
    ] = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", help="Only these of the sweep's seeds: 0,2 or 0-2.", show_default=False)
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Another value for the trainings of all variants: training.steps=20. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what is done and what is left, how long it will take (from finished units, else from a short "
            "trial) and how much disk, and stop.",
        ),
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Train nothing: only write the report of what there is.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder for the report.", show_default="report/ in the sweep's")
    ] = None,
    json: Json = False,
) -> int:
    """Train the variants of a sweep, seed by seed, evaluate them, and say which orderings the data support.

    All variants begin with the same weights and see the same samples with the same noise. Run the same command again
    to go on after an interruption, wherever it was.

    Examples:

    - `s2vbench ablate rrope --dry-run`

    - `s2vbench ablate rrope --only shift_wh --only concat --seeds 0`

    - `s2vbench ablate my-sweep.toml --out runs/ablate/mine --to reports/mine`
    """
    if dry_run and report:
        raise InputError("--dry-run and --report are two ways to train nothing; give one of them")
    from s2vbench.ablate.sweep_file import load_sweep
    from s2vbench.ablate.units import units_of

    file = load_sweep(sweep, change or ())
    folder = out or Path("runs", "ablate", file.sweep.name)
    units = units_of(file, folder, only or (), _numbers(seeds))
    if dry_run:
        return _say_plan(file, units, folder, as_json=json)
    code = EXIT_OK
    if not report:
        code = _run(file, units, folder)
    _report(file, units, to or folder / "report", as_json=json)
    return code


def _run(file: SweepFile, units: list[Unit], folder: Path) -> int:
    from s2vbench.ablate.runner import run_sweep
    from s2vbench.backbones.allocator import keep_freed_memory
    from s2vbench.cli.progress import video_progress

    keep_freed_memory()
    outcomes = run_sweep(file, folder, units, video_progress, _say)
    wrong = [outcome for outcome in outcomes if outcome.num_failed or outcome.reason]
    for outcome in wrong:
        if outcome.reason is None:
            _say(f"{outcome.unit.name}: {outcome.num_failed} videos failed; {outcome.unit.run}/scores.jsonl says why")
        else:
            _say(f"{outcome.unit.name} has no model: {outcome.reason}")
    return EXIT_SOME_FAILED if wrong else EXIT_OK


def _report(file: SweepFile, units: list[Unit], to: Path, *, as_json: bool) -> None:
    from s2vbench.ablate.formats import json_text
    from s2vbench.ablate.write import write_sweep_report

    comparison, document = write_sweep_report(file, units, to)
    if as_json:
        typer.echo(json_text(document), nl=False)
    else:
        _print(file.sweep, comparison)
    _say(f"report: {to}/README.md (also ablation.csv, .json, cells.csv.gz and pictures)")


def _say_plan(file: SweepFile, units: list[Unit], folder: Path, *, as_json: bool) -> int:
    from s2vbench.ablate.plan import described, known_pace, plan_of, summary
    from s2vbench.ablate.runner import check

    check(file, units)
    pace = known_pace(units)
    if pace is None:
        from s2vbench.ablate.probe import probe

        _say("no unit is finished: a trial of some steps and videos shows how long things take here")
        pace = probe(file.sweep, units[0])
    plan = plan_of(file.sweep, units, folder, pace)
    if as_json:
        import json as json_module

        typer.echo(json_module.dumps(summary(plan, file.sweep), indent=2))
    else:
        typer.echo(described(plan, file.sweep))
    return EXIT_OK


def _print(sweep: Sweep, comparison: Comparison) -> None:
    """The paper's metrics (or the first few), and what the data say of the paper's orderings."""
    from rich.console import Console
    from rich.table import Table

    from s2vbench.ablate.formats import mean_text
    from s2vbench.ablate.verdicts import claims, limits
    from s2vbench.cli.show import PIPE_COLUMNS

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_COLUMNS)
    spoken = [found for found in comparison.metrics if sweep.published_about(found.metric.name)]
    shown = spoken or comparison.metrics[:3]
    grid = Table(title=f"{sweep.name}: mean, 95 % interval, ties, cases", title_justify="left")
    grid.add_column("variant")
    for found in shown:
        grid.add_column(found.metric.name, justify="right")
    for found in spoken:
        grid.add_column(f"published {found.metric.name}", justify="right")
    for variant in comparison.records.variants:
        stated = [sweep.published_about(found.metric.name).get(variant) for found in spoken]
        published = [f"{entry.value:.3f}" if entry else "-" for entry in stated]
        grid.add_row(sweep.label(variant), *(mean_text(found, variant) for found in shown), *published)
    console.print(grid, markup=False)
    for line in (*claims(sweep, comparison), *limits(sweep, comparison)):
        console.print(f"- {line}", markup=False)


def _numbers(text: str | None) -> list[int]:
    """Seeds as "0,2" or "0-2" gives them.

    >>> _numbers("0-2,5")
    [0, 1, 2, 5]
    """
    found: list[int] = []
    for part in (text or "").split(",") if text is not None else ():
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()) or len(part) > 21:
            raise InputError(f"--seeds {text}: must be numbers such as 0,2 or 0-2")
        numbers = range(int(first), (int(last) if dash else int(first)) + 1)
        if not 0 < len(numbers) <= 1000:
            raise InputError(f"--seeds {text}: {part.strip()} is no range of at most 1000 seeds")
        found += numbers
    return list(dict.fromkeys(found))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
