"""Reading a sweep: every mistake is one line with file, line number and the nearest right name."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from s2vbench.ablate.sweep import SECTIONS, Base, Evaluation, Published, Sweep, Variant
from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.config_file import line_of, load_config

SHIPPED: Final = Path(__file__).parent / "sweeps"
SAME_BUDGET: Final = ("training.steps", "training.batch_size", "training.micro_batch_size", "parallel.data")
"""Keys that only [base] may set: variants differ in what they learn, not in how much."""
GIVEN_BY_SWEEP: Final = {"name": "the sweep's own name and the variant's", "seed": "the sweep's seeds"}
_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    "base": Base,
    "variants": Variant,
    "evaluation": Evaluation,
    "published": Published,
}


@dataclass(frozen=True)
class SweepFile:
    """A sweep and where it is written."""

    path: Path
    text: str
    sweep: Sweep
    changes: tuple[str, ...] = ()
    """`section.key=value` of the command line, for all variants."""

    def config(self, variant: str, seed: int) -> TrainConfig:
        """The training of one variant and seed.

        Raises:
            InputError: a key or value is wrong; the sweep's line is named.
        """
        sweep = self.sweep
        places = {
            _override(key, value): (*where, *key.split("."))
            for where, section in ((("base",), sweep.base), (("variants", variant), sweep.variants[variant]))
            for key, value in section.keys().items()
        }
        own = [override for override, keys in places.items() if keys[0] == "base"]
        others = [override for override in places if override not in own]
        named = [f'name="{sweep.name}-{variant}"', f"seed={seed}"]
        try:
            return load_config(sweep.base.config, [*own, *self.changes, *others, *named])
        except InputError as error:
            raise InputError(self._here(str(error), places)) from error

    def _here(self, message: str, places: Mapping[str, tuple[str, ...]]) -> str:
        """A message about an override as one about the line that makes it."""
        for override, keys in places.items():
            if message.startswith(f"--set {override}"):
                return self.place(keys) + message.removeprefix(f"--set {override}")
        return message

    def place(self, keys: Sequence[str]) -> str:
        """File and line of a key."""
        line = line_of(self.text, list(keys))
        return f"{self.path}, line {line}" if line else str(self.path)


def shipped_sweeps() -> list[str]:
    """Names of the sweeps that come with the package.

    >>> shipped_sweeps()
    ['crosspair', 'rrope']
    """
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_sweep(name: str, changes: Sequence[str] = ()) -> SweepFile:
    """The sweep of a TOML file, or a shipped one by name, with every variant's configuration checked.

    Args:
        name: of it.
        changes: `section.key=value`, for the trainings of all variants.

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
    try:
        sweep = Sweep.model_validate(content)
    except ValidationError as error:
        raise InputError(_explain(error, path, text)) from error
    found = SweepFile(path, text, sweep, tuple(changes))
    _check_names(found)
    _check_keys(found)
    for variant in sweep.variants:
        found.config(variant, sweep.seeds[0])
    return found


def _path_of(name: str) -> Path:
    if name.endswith(".toml"):
        return Path(name)
    known = shipped_sweeps()
    if name in known:
        return SHIPPED / f"{name}.toml"
    advice = nearest(name, known) or f"shipped ones: {', '.join(known)}"
    raise InputError(f"sweep {name!r}: no shipped one has that name, and a file's name ends in .toml; {advice}")


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion; empty where nothing is near.

    >>> nearest("conat", ["concat", "shift_w"])
    "did you mean 'concat'?"
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _check_names(file: SweepFile) -> None:
    """Variants that the file speaks of must be in it."""
    known = list(file.sweep.variants)
    spoken = [("reference", file.sweep.reference), *(("published", entry.variant) for entry in file.sweep.published)]
    for key, variant in spoken:
        if variant not in known:
            advice = nearest(variant, known) or f"there are {', '.join(known)}"
            raise InputError(f"{file.place([key])}: {key}: no variant {variant!r}; {advice}")


def _check_keys(file: SweepFile) -> None:
    """What would make variants unequal in more than what they are about is refused."""
    for variant, section in file.sweep.variants.items():
        for key in SAME_BUDGET:
            if key in section.keys():  # noqa: SIM118 -- a method of ours, no dictionary's
                raise InputError(
                    f"{file.place(['variants', variant, *key.split('.')])}: {key} may not differ between variants; set "
                    f"it in [base.{key.partition('.')[0]}]"
                )
    for change in file.changes:
        if (key := change.partition("=")[0].strip()) in GIVEN_BY_SWEEP:
            raise InputError(f"--set {change}: {key} comes from {GIVEN_BY_SWEEP[key]}")


def _override(key: str, value: Any) -> str:
    return f"{key}={_toml(value)}"


def _toml(value: Any) -> str:
    """A value as TOML writes it.

    >>> _toml({"shift_h": True, "base": [4, 7]})
    '{"shift_h" = true, "base" = [4, 7]}'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _explain(error: ValidationError, path: Path, text: str) -> str:
    # A misspelt key is often the reason why another one is missing.
    first = min(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")
    keys = [part for part in first["loc"] if isinstance(part, str) and part != "[key]"]
    dotted = ".".join(keys)
    line = line_of(text, keys)
    where = f"{path}, line {line}" if line else str(path)
    if first["type"] == "extra_forbidden":
        return f"{where}: unknown key {dotted}; {_known_near(keys)}"
    if first["type"] == "missing":
        return f"{where}: {dotted} is missing; add it"
    reason = first["msg"].removeprefix("Value error, ")
    value = first["input"]
    shown = "" if isinstance(value, Mapping | BaseModel) else f" = {value!r}"
    return f"{where}: {dotted}{shown}: {reason[:1].lower()}{reason[1:]}" if dotted else f"{where}: {reason}"


def _known_near(keys: Sequence[str]) -> str:
    model = _MODELS.get(keys[0]) if len(keys) > 1 else Sweep
    known = [name for name in (model or Sweep).model_fields]  # noqa: C416 -- names, not fields
    if keys[-1] == "lora" and len(keys) > 1:
        return "a sweep trains whole transformers, as an adapter alone makes no videos"
    if near := nearest(keys[-1], known):
        return near
    section = next((name for name in SECTIONS if keys[-1] in _fields_of(name)), None)
    if section and len(keys) > 1:
        return f"did you mean '{section}.{keys[-1]}'?"
    return f"known here: {', '.join(known)}"


def _fields_of(section: str) -> Mapping[str, Any]:
    annotation: Any = TrainConfig.model_fields[section].annotation
    return dict(getattr(annotation, "model_fields", {}))
