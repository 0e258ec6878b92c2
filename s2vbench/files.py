"""Digests, atomic writes, and paths that may not leave their folder."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError, OutputError

_BLOCK_BYTES = 1 << 20
LONGEST_NAME_BYTES = 255
"""No common file system takes a longer name for one file or folder."""
LONGEST_PATH_BYTES = 2_000
"""Of a path below some folder: with the folder before it systems take 4,096."""
_ADVICE = {
    errno.ENOSPC: "free space on that disk",
    errno.EDQUOT: "free space within your quota",
    errno.EACCES: "choose a folder that you may write to, or change its permissions",
    errno.EPERM: "choose a folder that you may write to, or change its permissions",
    errno.EROFS: "choose a folder on a disk that can be written",
    errno.EEXIST: "something of that name is there; move it away, or choose another place",
    errno.ENOTDIR: "a part of this path is a file, no folder; choose another place",
    errno.EISDIR: "there is a folder of that name; choose another place",
    errno.ENOTEMPTY: "there is a folder of that name with something in it; choose another place",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "a symbolic link leads in a circle; remove it, or choose another place",
}


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
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
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
    """One line that says what could not be written, why, and what to do.

    >>> cannot_write(Path("out/a.png"), OSError(errno.ENOSPC, "No space left on device"))
    'cannot write out/a.png: No space left on device; free space on that disk, then run the same command again'
    """
    advice = _ADVICE.get(error.errno or 0, "see to it that this place can be written")
    return f"cannot write {path}: {error.strerror or error}; {advice}, then run the same command again"


def safe_file_name(text: str, fallback: str) -> str:
    """A name for a file, made of any text: no folder, no control character, not hidden, short enough with a suffix.

    >>> safe_file_name("../../my set", "x"), safe_file_name("..", "x")
    ('_.._my set', 'x')
    """
    plain = re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]', "_", text.encode(errors="replace").decode())
    cut = plain.strip(". ").encode()[: LONGEST_NAME_BYTES // 2].decode(errors="ignore")
    return cut.strip(". ") or fallback


def too_long(relative: str) -> str | None:
    """Why no file system takes the path; None for one that is short enough.

    >>> too_long("images/a.png") is None, too_long("a" * 300)
    (True, 'holds a name of 300 bytes (at most 255); choose a shorter one')
    """
    if len(relative) <= LONGEST_NAME_BYTES // 4:
        return None
    coded = relative.encode("utf-8", "surrogatepass")
    longest = max(map(len, re.split(rb"[/\\]", coded)))
    if longest > LONGEST_NAME_BYTES:
        return f"holds a name of {longest} bytes (at most {LONGEST_NAME_BYTES}); choose a shorter one"
    if len(coded) > LONGEST_PATH_BYTES:
        return f"has {len(coded)} bytes (at most {LONGEST_PATH_BYTES}); choose a shorter one"
    return None


def is_there(path: Path) -> bool:
    """True where something is at `path`; unlike `Path.exists`, a name that is too long is just not there."""
    return os.path.exists(path)  # noqa: PTH110 -- see above


def real_path(path: Path) -> Path:
    """The path with every symbolic link followed.

    Raises:
        InputError: a link leads in a circle.
    """
    try:
        return path.resolve()
    except (RuntimeError, OSError) as error:
        # Python up to 3.12 raises RuntimeError for a circle.
        raise InputError(
            f"{path}: a symbolic link on this path leads in a circle; put the file itself there"
        ) from error


def inside(folder: Path, relative: str, *, where: str) -> Path:
    """The path `relative` below `folder`.

    Args:
        folder: the folder that the path must stay in.
        relative: what a manifest or cases file says.
        where: file, line and case, for the error.

    Raises:
        InputError: the path is absolute, too long, leads in a circle, or leaves the folder, also through a symbolic
            link.
    """
    candidate = Path(relative)
    if (reason := too_long(relative)) is not None:
        raise InputError(f"{where}: path '{relative[:60]}...' {reason}")
    if "\0" in relative:
        raise InputError(f"{where}: path {relative!r} holds a null character; give a path below {folder}")
    if candidate.is_absolute():
        raise InputError(f"{where}: path {relative!r} is absolute; give it relative to {folder}")
    try:
        resolved = (folder / candidate).resolve()
    except (RuntimeError, OSError) as error:
        raise InputError(
            f"{where}: path {relative!r} is a symbolic link that leads in a circle; put the file itself there"
        ) from error
    if not resolved.is_relative_to(real_path(folder)):
        raise InputError(f"{where}: path {relative!r} leaves {folder}; put the file below that folder")
    return folder / candidate
