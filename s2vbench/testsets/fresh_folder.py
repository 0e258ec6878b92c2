"""A folder that is there when it is complete, and not before: after an interruption the same command works again."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s2vbench.errors import InputError, OutputError, S2VBenchError
from s2vbench.files import cannot_write, is_there
from s2vbench.testsets.writer import JUNK

PART = ".s2vbench-part-"
"""Begins the name of a folder that is being filled; one that was killed leaves it, and it may be removed."""


def refuse_full(folder: Path) -> None:
    """Nothing where the folder is new or empty.

    Raises:
        InputError: it is a file, or holds something.
    """
    if is_there(folder) and not folder.is_dir():
        raise InputError(f"{folder}: is a file; give a new or empty folder")
    if is_there(folder) and (found := sorted(path.name for path in folder.iterdir() if not _is_nothing(path))):
        raise InputError(f"{folder}: holds {found[0]!r} already; give a new or empty folder")


def _is_nothing(path: Path) -> bool:
    return path.name in JUNK or path.name.startswith(PART)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into; what it holds is `folder`'s when the block ends well, and is gone when it does not.

    Args:
        folder: a new or empty folder.

    Raises:
        InputError: it is a file, or holds something.
        OutputError: it cannot be made. Errors of the block name `folder`, not where its files lie meanwhile.
    """
    refuse_full(folder)
    existed = is_there(folder)
    made: list[Path] = []
    part = None
    try:
        # A folder that is there may be a disk of its own, or lie where nothing else may be written.
        parent = folder if existed else folder.parent
        made = [] if existed else _make(parent)
        if not existed:
            _try_name(folder)
        part = Path(tempfile.mkdtemp(prefix=PART, dir=parent))
        yield part
        part.chmod(0o755)
        if existed:
            _move_up(part, folder)
        else:
            part.rename(folder)
    except BaseException as error:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        for one in reversed(made):
            shutil.rmtree(one, ignore_errors=True)
        if isinstance(error, OSError):
            raise OutputError(cannot_write(folder, error)) from error
        if isinstance(error, S2VBenchError) and part is not None and str(part) in str(error):
            raise type(error)(str(error).replace(str(part), str(folder))) from error
        raise


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; gives the ones that were made, outermost first."""
    missing = [one for one in (folder, *folder.parents) if not is_there(one)]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _try_name(folder: Path) -> None:
    """Fails at once where the last step would: for a name that is too long, or a link that leads nowhere."""
    try:
        folder.lstat()
    except FileNotFoundError:
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _move_up(part: Path, folder: Path) -> None:
    moved: list[Path] = []
    try:
        for path in sorted(part.iterdir()):
            moved.append(folder / path.name)
            path.replace(moved[-1])
        part.rmdir()
    except BaseException:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise
