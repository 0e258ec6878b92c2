"""What every importer of another benchmark's format is: a name, words about it, its licence, and `run`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from s2vbench.errors import InputError
from s2vbench.files import is_there

if TYPE_CHECKING:
    from s2vbench.testsets.importers.collect import Collector


@dataclass(frozen=True)
class ImportOptions:
    """What a user may choose for any format."""

    name: str | None = None
    """The test set's name; None for one made from the format."""
    copy: bool = False
    """Copy pictures and videos below the output folder instead of describing them where they are."""
    accept_licence: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    """Options of one format: KEY=VALUE."""


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote, and what it left out."""

    num_cases: int
    num_images: int
    skipped: tuple[tuple[str, str], ...]
    """(what, why) of everything that was left out."""
    notes: tuple[str, ...]
    """What a person should know about the result."""


class Importer(Protocol):
    """Reads one format."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def summary(self) -> str:
        """One line: which benchmark."""

    @property
    def source_help(self) -> str:
        """What SOURCE must be."""

    @property
    def licence(self) -> str:
        """What may be done with the data, in one or two sentences."""

    @property
    def extras(self) -> Mapping[str, str]:
        """Options of this format alone: key -> what it does."""

    def run(self, source: Path, out: Path, options: ImportOptions) -> ImportReport:
        """Write the test set of `source` into the folder `out`.

        Raises:
            InputError: the source is not of this format, or the options do not fit.
        """


@dataclass(frozen=True)
class FormatImporter:
    """An importer made of one function that reads its format into a collector."""

    name: str
    summary: str
    source_help: str
    licence: str
    read: Callable[[Path, Collector, Mapping[str, str]], None]
    """(source, collector, extra options); adds images, subjects and cases."""
    spdx: str = ""
    """Of the whole set, for its manifest; empty where nobody knows."""
    may_copy: bool = False
    """True where the licence lets anybody make private copies without agreeing to it first."""
    must_accept: bool = False
    """True where the licence must be accepted before anything is read."""
    extras: Mapping[str, str] = field(default_factory=dict)
    path_extras: Iterable[str] = ()
    """Those of `extras` that name a file or folder; it must exist."""
    source_is_file: bool = False

    def run(self, source: Path, out: Path, options: ImportOptions) -> ImportReport:
        """Write the test set of `source` into the folder `out`.

        Raises:
            InputError: the source is not of this format, the options do not fit, or not one case could be read.
        """
        from s2vbench.testsets.importers.collect import Collector
        from s2vbench.testsets.importers.placing import Placement
        from s2vbench.testsets.writer import check_name, named_after, prepare_folder

        if options.name is not None:
            check_name(options.name)
        self._check_source(source)
        self._check_options(options)
        if options.copy:
            # Before anything is read: a folder with other things in it is refused by the writer.
            prepare_folder(out)
        folder = source.parent if source.is_file() else source
        collector = Collector(self.name, Placement(folder, out, copy=options.copy))
        collector.note(self.licence)
        self.read(source, collector, options.extra)
        if not collector.cases:
            reasons = "; ".join(f"{what}: {why}" for what, why in collector.skipped[:3])
            reasons = reasons or f"nothing in it is a case; {self.name} reads {self.source_help}"
            raise InputError(f"{source}: not one case could be imported ({reasons})")
        collector.write(name=options.name or named_after(_default_name(self, source)), licence=self.spdx or "unknown")
        return collector.report()

    def _check_source(self, source: Path) -> None:
        if source.suffix.lower() in {".zip", ".gz", ".tgz", ".tar", ".7z"}:
            raise InputError(f"{source}: is an archive; unpack it first and give the folder that it makes")
        if not is_there(source):
            raise InputError(f"{source}: does not exist; {self.name} reads {self.source_help}")
        if self.source_is_file and not source.is_file():
            raise InputError(f"{source}: is a folder; {self.name} reads {self.source_help}")

    def _check_options(self, options: ImportOptions) -> None:
        for key in options.extra:
            if key not in self.extras:
                known = ", ".join(self.extras) or "none"
                raise InputError(f"{self.name}: unknown option {key!r}; the options of this format are: {known}")
        for key in self.path_extras:
            if key in options.extra and not is_there(Path(options.extra[key])):
                raise InputError(f"{self.name}: {key}={options.extra[key]}: does not exist; give an existing path")
        if self.must_accept and not options.accept_licence:
            raise InputError(f"{self.name}: {self.licence} Say that you agree with --accept-licence")
        if options.copy and not (self.may_copy or options.accept_licence):
            raise InputError(
                f"{self.name}: {self.licence} A private copy is made with --copy --accept-licence; "
                "without --copy the pictures stay where they are"
            )


def _default_name(importer: FormatImporter, source: Path) -> str:
    return f"{importer.name}-{source.stem}" if importer.source_is_file else importer.name


def number_of(extra: Mapping[str, str], key: str, default: int | None = None) -> int | None:
    """A whole number above zero among the extra options.

    Raises:
        InputError: it is something else.
    """
    if key not in extra:
        return default
    text = extra[key]
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise InputError(f"{key}={text!r}: must be a whole number above zero")
    return int(text)


def one_of(extra: Mapping[str, str], key: str, choices: tuple[str, ...], default: str) -> str:
    """A choice among the extra options.

    Raises:
        InputError: it is none of them.
    """
    value = extra.get(key, default)
    if value not in choices:
        raise InputError(f"{key}={value!r}: must be one of {', '.join(choices)}")
    return value
