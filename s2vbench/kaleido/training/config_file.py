"""Reading a training configuration: every mistake is one line with file, line number and the nearest right name."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import TrainConfig

SHIPPED: Final = Path(__file__).parents[1] / "configs"


def shipped_configs() -> list[str]:
    """Names of the configurations that come with the package.

    >>> "tiny-cpu" in shipped_configs()
    True
    """
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_config(name: str, overrides: Sequence[str] = ()) -> TrainConfig:
    """The configuration of a file, or a shipped one by name, with `section.key=value` overrides.

    Raises:
        InputError: unknown name, unreadable file, unknown key, wrong value; the place is named.
    """
    path = _path_of(name)
    try:
        text = path.read_text(encoding="utf-8")
        content: dict[str, Any] = tomllib.loads(text)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML ({error})") from error
    set_by: dict[str, str] = {}
    for override in overrides:
        set_by[_override(content, override)] = override
    try:
        return TrainConfig.model_validate(content)
    except ValidationError as error:
        raise InputError(_explain(error, content, path, text, set_by)) from error


def _path_of(name: str) -> Path:
    if name.endswith(".toml"):
        return Path(name)
    known = shipped_configs()
    if name in known:
        return SHIPPED / f"{name}.toml"
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"shipped ones: {', '.join(known)}"
    raise InputError(f"configuration {name!r}: no shipped one has that name, and a file's name ends in .toml; {advice}")


def _override(content: dict[str, Any], override: str) -> str:
    """Put `section.key=value` into the content; the value is TOML, or else text."""
    key, equals, value = override.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        raise InputError(f"--set {override}: must be key=value, for instance training.steps=20")
    try:
        parsed: Any = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()
    table = content
    for part in parts[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise InputError(f"--set {override}: {part} is a value, no section")
    table[parts[-1]] = parsed
    return ".".join(parts)


def _explain(error: ValidationError, content: Mapping[str, Any], path: Path, text: str, set_by: dict[str, str]) -> str:
    # A misspelt key is often the reason why another one is missing.
    first = min(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")
    # Numbers and union branches follow the key in a place; the key ends where the content has no such table.
    keys: list[str] = []
    table: Any = content
    for part in first["loc"]:
        if not isinstance(part, str) or not isinstance(table, Mapping):
            break
        keys.append(part)
        table = table.get(part)
    dotted = ".".join(keys)
    where = _place(path, text, keys, set_by)
    if first["type"] == "extra_forbidden":
        return f"{where}: unknown key {dotted}; {_nearest(keys)}"
    if first["type"] == "missing":
        return f"{path}: {dotted} is missing; add it"
    reason = first["msg"].removeprefix("Value error, ")
    value = first["input"]
    shown = "" if isinstance(value, Mapping | BaseModel) else f" = {value!r}"
    return f"{where}: {dotted}{shown}: {reason[:1].lower()}{reason[1:]}" if dotted else f"{where}: {reason}"


def _place(path: Path, text: str, keys: Sequence[str], set_by: Mapping[str, str]) -> str:
    dotted = ".".join(keys)
    if dotted in set_by:
        return f"--set {set_by[dotted]}"
    if line := line_of(text, keys):
        return f"{path}, line {line}"
    # A section that the file does not have was opened by an override.
    within = (override for key, override in set_by.items() if key.startswith(f"{dotted}."))
    return f"--set {found}" if (found := next(within, None)) else str(path)


def line_of(text: str, keys: Sequence[str]) -> int | None:
    r"""The line, from 1, where a TOML text sets a key (or else opens its section); None where it does neither.

    >>> line_of("name = 'a'\n[training]\nsteps = 5", ["training", "steps"])
    3
    """
    section: list[str] = []
    opened = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\[\]]+?)\s*\]+", line):
            section = [part.strip().strip("\"'") for part in header[1].split(".")]
            if section == list(keys):
                return number
        elif entry := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = section + [part.strip("\"'") for part in entry[1].split(".")]
            if here == list(keys):
                return number
            if here == list(keys[: len(here)]):
                opened = number  # an inline table holds the key
        if section and opened is None and section == list(keys[: len(section)]):
            opened = number
    return opened


def _nearest(keys: Sequence[str]) -> str:
    model: Any = TrainConfig
    for key in keys[:-1]:
        model = _section_type(model, key)
    known = list(model.model_fields)
    near = difflib.get_close_matches(keys[-1], known, n=1)
    if near:
        return f"did you mean {'.'.join([*keys[:-1], near[0]])}?"
    elsewhere = [
        f"{section}.{keys[-1]}"
        for section, field in TrainConfig.model_fields.items()
        if keys[-1] in getattr(_type_of(field.annotation), "model_fields", {})
    ]
    return f"did you mean {elsewhere[0]}?" if elsewhere else f"known here: {', '.join(known)}"


def _section_type(model: type[BaseModel], key: str) -> Any:
    return _type_of(model.model_fields[key].annotation)


def _type_of(annotation: Any) -> Any:
    for option in getattr(annotation, "__args__", (annotation,)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return annotation
