"""A run folder: manifest, ledgers, log, and the lock that keeps a second driver out.

manifest.json  generations.jsonl  scores.jsonl  log.txt  videos/  failures/  report/
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError

from s2vbench.errors import InputError, ManifestChangedError, OutputError, RunLockedError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.ledger import Ledger, read_rows
from s2vbench.types import SCHEMA_VERSION, Generation, RunManifest, Score

MANIFEST, SCORES, GENERATIONS, LOG = "manifest.json", "scores.jsonl", "generations.jsonl", "log.txt"
NOT_COMPARED = {"command", "created", "testset", "seeds"}
GROWING = {"weights", "metrics"}
"""Maps that a later call may add entries to (another metric in the same folder), but not change."""


@dataclass(frozen=True)
class OpenRun:
    """A run folder that this process may write."""

    path: Path
    scores: Ledger[Score]
    generations: Ledger[Generation]

    def write_failure(self, name: str, details: str) -> None:
        """Keep the details of a failed case for whoever looks into it."""
        write_atomically(self.path / "failures" / f"{name}.txt", details)


@contextmanager
def open_run(path: Path, manifest: RunManifest) -> Iterator[OpenRun]:
    """Take a run folder for writing: lock it, compare or write its manifest, open its ledgers and its log.

    Raises:
        RunLockedError: another process has it.
        ManifestChangedError: it was made with other settings; the fields that differ are named.
        OutputError: it cannot be written.
    """
    with locked(path):
        _settle_manifest(path / MANIFEST, manifest)
        with (
            _log_file(path / LOG),
            Ledger(path / SCORES, Score) as scores,
            Ledger(path / GENERATIONS, Generation) as generations,
        ):
            yield OpenRun(path, scores, generations)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A run folder that no other process writes for as long as the block runs; it is made where it is missing.

    Raises:
        RunLockedError: another process has it. OutputError: it cannot be written.
    """
    lock = FileLock(path / ".lock")
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RunLockedError(
            f"{path}: another s2vbench process is writing this run folder; wait for it or choose another with --out"
        ) from error
    except OSError as error:
        raise OutputError(cannot_write(path, error)) from error
    try:
        yield
    finally:
        lock.release()


def read_manifest(path: Path) -> RunManifest:
    """The manifest of a run folder.

    Raises:
        InputError: the folder holds none, or one of another schema.
    """
    file = path / MANIFEST
    try:
        content = file.read_bytes()
        refuse_other_version(file, content)
        return RunManifest.model_validate_json(content)
    except OSError as error:
        raise InputError(
            f"{path}: not a run folder (no {MANIFEST}); give a folder that `s2vbench score` made"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise InputError(f"{file}: not a manifest of this version ({place}: {first['msg']})") from error


def refuse_other_version(file: Path, content: bytes) -> None:
    """Say so where a manifest names another version of run folders; anything else is left to who reads it.

    Raises:
        InputError: it does.
    """
    try:
        found = json.loads(content)
    except ValueError:
        return
    version = found.get("schema_version", SCHEMA_VERSION) if isinstance(found, dict) else SCHEMA_VERSION
    if version != SCHEMA_VERSION:
        raise InputError(
            f"{file}: schema_version {version}, made by another version of s2vbench (this one has {SCHEMA_VERSION}); "
            "read it with that version, or choose another folder with --out"
        )


def current_scores(path: Path) -> list[Score]:
    """The records of a run that count: for each case, seed and metric the last one about the video it has now."""
    now = {(row.case, row.seed): row.sha256 for row in read_rows(path / GENERATIONS, Generation)}
    last: dict[tuple[str, int, str, str], Score] = {}
    for row in read_rows(path / SCORES, Score):
        if now.get((row.case, row.seed), row.video_sha256) == row.video_sha256:
            last[row.case, row.seed, row.metric, row.comparability] = row
    return list(last.values())


def _settle_manifest(file: Path, new: RunManifest) -> None:
    if not file.exists():
        write_atomically(file, new.model_dump_json(indent=2) + "\n")
        return
    old = read_manifest(file.parent)
    changes = manifest_changes(old, new)
    if changes:
        raise ManifestChangedError(
            f"{file.parent}: made with other settings ({'; '.join(changes)}); choose another folder with --out, or go "
            "back to the old settings"
        )
    grown = {name: getattr(old, name) | getattr(new, name) for name in GROWING}
    if any(grown[name] != getattr(old, name) for name in GROWING):
        write_atomically(file, old.model_copy(update=grown).model_dump_json(indent=2) + "\n")


def manifest_changes(old: RunManifest, new: RunManifest) -> list[str]:
    """The fields that make the numbers of two manifests unlike, as "field: old -> new"."""
    changes = []
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    for name in RunManifest.model_fields:
        if name in NOT_COMPARED:
            continue
        if isinstance(before[name], dict):
            shared = (
                before[name].keys() & after[name].keys()
                if name in GROWING
                else before[name].keys() | after[name].keys()
            )
            changes += [
                f"{name}.{key}: {_short(before[name].get(key))} -> {_short(after[name].get(key))}"
                for key in sorted(shared)
                if before[name].get(key) != after[name].get(key)
            ]
        elif before[name] != after[name]:
            changes.append(f"{name}: {_short(before[name])} -> {_short(after[name])}")
    return changes


def _short(value: Any) -> str:
    text = value.get("sha256", str(value)) if isinstance(value, dict) else str(value)
    return f"{text[:24]}..." if len(text) > 24 else text


@contextmanager
def _log_file(path: Path) -> Iterator[None]:
    handler = log_handler(path)
    logger = logging.getLogger("s2vbench")
    logger.addHandler(handler)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


def log_handler(path: Path) -> logging.Handler:
    """What appends to a run's log, in whatever process."""
    handler = logging.FileHandler(path, encoding="utf-8")
    # A disk that is full for the log is full for the ledgers too, and they say so better.
    handler.handleError = lambda _: None  # type: ignore[method-assign, assignment]
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
