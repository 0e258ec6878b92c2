"""`s2vbench`: the commands, and the one place where exceptions become messages and exit codes."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from typing import Annotated

import typer

from s2vbench import __version__
from s2vbench.cli import ablate, doctor, fetch, generate, kaleido, ls, report, run, score, testset, train
from s2vbench.errors import EXIT_BUG, EXIT_INTERRUPTED, S2VBenchError

app = typer.Typer(
    name="s2vbench",
    help="Measure subject-to-video models: how good are the videos, where do they fail, which model is better.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit codes: 0 done; 1 bug; 2 wrong usage or input; 3 something to download; 4 finished, some cases failed; "
    "130 interrupted (run the same command again to go on).",
)
app.command("run")(run.run)
app.command("generate")(generate.generate)
app.command("score")(score.score)
app.command("report")(report.report)
app.command("train")(train.train)
app.command("ablate")(ablate.ablate)
app.command("ls")(ls.ls)
app.command("doctor")(doctor.doctor)
app.command("fetch")(fetch.fetch)
app.add_typer(testset.app)
app.add_typer(kaleido.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and exit with the documented code."""
    sys.exit(run_app(sys.argv[1:]))


def run_app(arguments: list[str]) -> int:
    """Run one command; every outcome becomes an exit code, every error one message on stderr."""
    try:
        code = app(args=arguments, prog_name="s2vbench", standalone_mode=False)
        sys.stdout.flush()
    except S2VBenchError as error:
        _complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted; Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 -- the last line of defence: no traceback reaches a user
        return _handle_other(error)
    if code == EXIT_INTERRUPTED:  # newer typer turns a KeyboardInterrupt into this code, older typer into Abort
        _complain("interrupted; what was finished is kept, run the same command again to go on", prefix="")
    return code if isinstance(code, int) else 0


def _handle_other(error: Exception) -> int:
    # Newer typer carries its own copy of click, older typer uses click's: the usage errors of both look like this.
    if hasattr(error, "show") and hasattr(error, "exit_code"):
        error.show()
        return int(error.exit_code)
    with tempfile.NamedTemporaryFile("w", prefix="s2vbench-bug-", suffix=".txt", delete=False) as file:
        file.write(traceback.format_exc())
    what = f"{type(error).__name__}: {str(error)[:200]}"
    _complain(f"this is a bug in s2vbench ({what}); please report it with {file.name}")
    return EXIT_BUG


def _complain(message: str, prefix: str = "error: ") -> None:
    sys.stderr.write(f"{prefix}{message}\n")


if __name__ == "__main__":
    main()
