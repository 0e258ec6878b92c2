"""Digests, atomic writes, and paths that may not leave their folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError, OutputError

_BLOCK_BYTES = 1 << 20


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def canonical_json(value: Any) -> str:
    """JSON text that is the same for equal values: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(value: Any) -> str:
    """A 16-digit hex name for a JSON value.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:16]


def write_atomically(path: Path, content: bytes | str) -> None:
    """Put `content` at `path` so that a reader finds the old file or the new one, never a part.

    Raises:
        OutputError: the folder cannot be written or the disk is full; nothing half-written stays behind.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        os.replace(temporary, path)  # noqa: PTH105 -- the same call, and the one tests intercept
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(cannot_write(path, error)) from error


def cannot_write(path: Path, error: OSError) -> str:
    """One line that says what could not be written, why, and what to do."""
    return (
        f"cannot write {path}: {error.strerror or error}; free space or choose another folder with --out, "
        "then run the same command again (finished records are kept)"
    )


def inside(folder: Path, relative: str, *, where: str) -> Path:
    """The path `relative` below `folder`.

    Args:
        folder: the folder that the path must stay in.
        relative: what a manifest or cases file says.
        where: file, line and case, for the error.

    Raises:
        InputError: the path is absolute or leaves the folder, also through a symbolic link.
    """
    candidate = Path(relative)
    if "\0" in relative:
        raise InputError(f"{where}: path {relative!r} holds a null character; give a path below {folder}")
    if candidate.is_absolute():
        raise InputError(f"{where}: path {relative!r} is absolute; give it relative to {folder}")
    resolved = (folder / candidate).resolve()
    if not resolved.is_relative_to(folder.resolve()):
        raise InputError(f"{where}: path {relative!r} leaves {folder}; put the file below that folder")
    return folder / candidate
