"""Where pictures and videos of an imported test set lie: where they are, or in a private copy.

Paths of a test set stay inside its folder, and a link that leads out of it is refused, so without a copy the test set
must be written into the source folder or one above it.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, inside, real_path


@dataclass(frozen=True)
class Placement:
    """Turns files of a source into paths of a test set."""

    source: Path
    """The folder that relative paths of the source are relative to."""
    out: Path
    copy: bool
    _pending: dict[str, Path] = field(default_factory=dict)
    """Path in the test set -> the file to be copied there."""

    def __post_init__(self) -> None:
        if not self.copy and not real_path(self.source).is_relative_to(real_path(self.out)):
            raise InputError(self._no_way(self.source))

    def find(self, relative: str, *, below: Path | None = None, where: str) -> Path:
        """The existing file that a list or annotation names.

        Raises:
            InputError: its path is absolute, leaves the folder, or no such file exists.
        """
        folder = below or self.source
        plain = relative.replace("\\", "/")
        # An accent is one character or two, by the system that the file was made on.
        for spelling in dict.fromkeys([plain, *(unicodedata.normalize(form, plain) for form in ("NFC", "NFD"))]):
            path = inside(folder, spelling, where=where)
            if path.is_file():
                return path
        raise InputError(f"{where}: {relative!r} is missing in {folder}")

    def place(self, file: Path, wanted: str) -> str:
        """The path of `file` in the test set: where it is, or `wanted`, where `copy_files` will put it.

        Raises:
            InputError: without a copy, `file` is not below the test set's folder.
        """
        if self.copy and not file.resolve().is_relative_to(self.out.resolve()):
            self._pending[wanted] = file
            return wanted
        folder = self.out.resolve()
        if not file.resolve().is_relative_to(folder):
            raise InputError(self._no_way(file))
        # Not resolved itself: a link inside the folder is as good as a file.
        lexical = file.absolute()
        return (lexical if lexical.is_relative_to(folder) else file.resolve()).relative_to(folder).as_posix()

    def copy_files(self, paths: Iterable[str]) -> None:
        """Copy what was placed and is among `paths`, the paths that rows name.

        Raises:
            OutputError: a copy cannot be written.
        """
        for wanted in paths:
            if wanted in self._pending:
                target = self.make(wanted)
                try:
                    shutil.copyfile(self._pending[wanted], target)
                except OSError as error:
                    raise OutputError(cannot_write(target, error)) from error

    def make(self, wanted: str) -> Path:
        """Where a file that the import itself makes goes, its folder created.

        Raises:
            OutputError: the folder cannot be made.
        """
        path = inside(self.out, wanted, where=str(self.out))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(cannot_write(path, error)) from error
        return path

    def _no_way(self, what: Path) -> str:
        above = self.source
        if not what.resolve().is_relative_to(self.source.resolve()):
            above = Path(os.path.commonpath([what.resolve().parent, self.source.resolve()]))
        return (
            f"{what}: is not below the output folder {self.out}, and a test set may not reach out of its folder; "
            f"write it beside the pictures with --out {above}, or make a private copy with --copy"
        )
