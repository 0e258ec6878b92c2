"""Text and JSON files of other benchmarks, with errors that say which file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError
from s2vbench.testsets.rows import parse_json


def read_text(path: Path) -> str:
    """A UTF-8 text without byte order mark, lines ending in a plain line feed.

    Raises:
        InputError: missing, unreadable, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: does not exist") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def read_json(path: Path) -> Any:
    """The value of a JSON file.

    Raises:
        InputError: missing, unreadable, not JSON, or a key twice in one object.
    """
    text = read_text(path)
    try:
        return parse_json(text.encode())
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})") from error
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"{path}: not valid JSON ({why})") from error


def read_object(path: Path) -> dict[str, Any]:
    """The object of a JSON file.

    Raises:
        InputError: as `read_json`, or the value is no object.
    """
    value = read_json(path)
    if not isinstance(value, dict):
        raise InputError(f"{path}: must be a JSON object, not {type(value).__name__}")
    return value


@dataclass(frozen=True)
class PromptLine:
    """One line of a list whose parts stand between `@@`."""

    number: int
    parts: tuple[str, ...]


def prompt_lines(path: Path) -> Iterator[PromptLine]:
    """The lines of a list, without blank ones and comments (#).

    Raises:
        InputError: missing, unreadable, or not UTF-8.
    """
    # Only line feeds separate cases: a prompt may hold any other separator of Unicode.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield PromptLine(number, tuple(part.strip() for part in text.split("@@")))


def strings(value: Any) -> list[str] | None:
    """A list of strings that are not blank (one string counts as a list of one), else None."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
        return None
    return [item.strip() for item in values]
