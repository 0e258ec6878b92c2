"""Paths that the rows of a test set name: below its folder, whatever links and spellings lie there."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.files import inside
from s2vbench.testsets.schema import below


class PathsBelow:
    """Where files named by rows lie; folders that were looked at once are remembered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._safe: set[str] = set()

    def name_of(self, relative: str, *, where: str = "") -> str:
        """The path as it is spelled on disk.

        A name with accents may be stored composed or decomposed: macOS decomposes, archives keep what they were made
        from. Where a row's spelling is not there and the other is, that is the one.

        Raises:
            InputError: the path leaves the folder, also through a symbolic link.
        """
        try:
            below(relative)
        except ValueError as error:
            raise InputError(f"{where}: path {relative!r} {error}") from error
        if not relative.isascii():
            relative = self._as_on_disk(relative)
        parent = relative.rpartition("/")[0]
        # Resolving takes system calls for every folder on the way: once a folder, then one call a file.
        if parent not in self._safe:
            inside(self.folder, parent or ".", where=where)
            self._safe.add(parent)
        if os.path.islink(self.folder / relative):  # noqa: PTH114 -- Path.is_symlink raises for names that are too long
            inside(self.folder, relative, where=where)
        return relative

    def _as_on_disk(self, relative: str) -> str:
        spellings = [relative, *(unicodedata.normalize(form, relative) for form in ("NFC", "NFD"))]
        return next((name for name in spellings if (self.folder / name).exists()), relative)


def unsafe_reason(paths: PathsBelow, relative: str) -> str | None:
    """Why the path is refused; None for one that stays below the folder."""
    try:
        paths.name_of(relative)
    except InputError as error:
        return str(error).removeprefix(": ")
    return None
