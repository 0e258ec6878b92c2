"""Weights that are part of the package: where they lie, and the digest that each must have.

`python -m s2vbench.mini.ship` writes both, so no digest is ever typed by hand.
"""

from __future__ import annotations

from functools import cache

from s2vbench.resources import package_folder

FOLDER = "backbones/mini/weights"
"""Inside the package; `BackboneSpec.packaged` of every mini network."""
DIGESTS = "SHA256SUMS"
"""In that folder, in the format of sha256sum."""


def shipped_sha256(file: str) -> str | None:
    """The digest that a file of the folder must have; None for a network that was never shipped."""
    return shipped_digests().get(file)


@cache
def shipped_digests() -> dict[str, str]:
    """File name -> SHA-256, of all shipped files."""
    listed = package_folder(FOLDER) / DIGESTS
    if not listed.is_file():
        return {}
    rows = [line.split() for line in listed.read_text(encoding="ascii").splitlines() if line.strip()]
    return {file.removeprefix("*"): sha256 for sha256, file in rows}
