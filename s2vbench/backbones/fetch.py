"""Fetching published weights: from their publishers, checked, whole or not at all, resumable."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import InputError, MissingError, OutputError
from s2vbench.files import cannot_write, sha256_of_file

_BLOCK_BYTES = 1 << 20
_TIMEOUT_S = 30
_COMPLETE_ALREADY = 416
_PARTIAL_CONTENT = 206


def fetch(spec: BackboneSpec, folder: Path, progress: Callable[[int, int | None], None] = lambda *_: None) -> Path:
    """Download one file to `folder`; a file that is there and right is left alone, a part of one is continued.

    Args:
        spec: the backbone.
        folder: where the file goes, under its published name.
        progress: called with bytes here and bytes in all (None where the server does not say).

    Raises:
        MissingError: the server cannot be reached or does not have the file; what arrived is kept for the next try.
        InputError: the digest is not the published one; the file is not kept.
        OutputError: the folder cannot be written.
    """
    target, part = folder / spec.file, folder / f"{spec.file}.part"
    if target.is_file() and (not spec.states_digest() or spec.is_published_digest(sha256_of_file(target))):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _download(spec.url, part, progress)
        if spec.states_digest() and not spec.is_published_digest(found := sha256_of_file(part)):
            part.unlink()
            raise InputError(
                f"{spec.url}: SHA-256 is {found}, published is {spec.sha256 or spec.sha256_prefix + '...'}; "
                "the download was not kept, try again"
            )
        os.replace(part, target)  # noqa: PTH105 -- as in files.py
    except urllib.error.URLError as error:
        raise MissingError(
            f"{spec.file}: cannot be fetched from {spec.url} ({error.reason}); check the network and run the command "
            f"again, or put the file into {folder} by hand"
        ) from error
    except OSError as error:
        raise OutputError(cannot_write(part, error)) from error
    return target


def _download(url: str, part: Path, progress: Callable[[int, int | None], None]) -> None:
    here = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={here}-"} if here else {})  # noqa: S310
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310 -- addresses come from our table
    except urllib.error.HTTPError as error:
        if error.code == _COMPLETE_ALREADY and here:
            return
        raise
    with response:
        if response.status != _PARTIAL_CONTENT:
            here = 0
        length = response.headers.get("Content-Length")
        total = here + int(length) if length else None
        with part.open("ab" if here else "wb") as file:
            while block := response.read(_BLOCK_BYTES):
                file.write(block)
                here += len(block)
                progress(here, total)
    if total is not None and here < total:
        raise urllib.error.URLError(f"the connection ended after {here} of {total} bytes")
