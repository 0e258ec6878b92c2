"""Where shipped data lies: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_folder(name: str) -> Path:
    """The folder of shipped data called `name` ("baselines").

    >>> (data_folder("baselines") / "kaleido" / "paper.csv").is_file()
    True
    """
    in_wheel = _PACKAGE / "_data" / name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / name


def package_folder(name: str) -> Path:
    """A folder of data inside the package ("kaleido/weights/mini"), whether it is there or not."""
    return _PACKAGE / name
