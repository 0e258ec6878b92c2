"""Profiles: which metrics, which backbones behind them. TOML files; a path to one's own works wherever a name does."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from s2vbench import plugins
from s2vbench.errors import InputError
from s2vbench.features.spec import FRAMES, PROMPT, FeatureSpec
from s2vbench.files import digest_of
from s2vbench.types import Row

PAPER = Path(__file__).parent / "paper.toml"


class _FeatureEntry(Row):
    backbone: str
    of: str = FRAMES
    sampling: str = "all-frames-v1"


class Profile(Row):
    """What numbers are made with."""

    name: str
    summary: str
    metrics: tuple[str, ...] = Field(min_length=1)
    features: dict[str, _FeatureEntry]

    def digest(self) -> str:
        """A name for everything in the profile."""
        return digest_of(self.model_dump(mode="json"))

    def specs(self, needs: tuple[str, ...]) -> list[FeatureSpec]:
        """The features a metric needs, each after the one it is made of, in the profile's order.

        Raises:
            InputError: the profile lacks one of them.
        """
        wanted: set[str] = set()
        pending = list(needs)
        while pending:
            name = pending.pop()
            if name not in self.features:
                raise InputError(
                    f"profile {self.name}: a metric needs feature {name!r}, which [features] does not define"
                )
            wanted.add(name)
            of = self.features[name].of
            if of not in {FRAMES, PROMPT} and of not in wanted:
                pending.append(of)
        ordered = sorted(wanted, key=lambda name: (self._depth(name), list(self.features).index(name)))
        return [FeatureSpec(name=name, **self.features[name].model_dump()) for name in ordered]

    def _depth(self, name: str) -> int:
        depth = 0
        while (name := self.features[name].of) not in {FRAMES, PROMPT}:
            depth += 1
            if depth > len(self.features) or name not in self.features:
                raise InputError(f"profile {self.name}: feature {name!r} is made of itself or of an unknown feature")
        return depth


def load_profile(name: str) -> Profile:
    """The profile of that name, or of the TOML file at that path.

    Raises:
        InputError: unknown name, unreadable file, unknown or wrong keys.
    """
    path = Path(name) if name.endswith(".toml") else plugins.load("profiles", name)
    try:
        content: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        return Profile.model_validate(content)
    except OSError as error:
        raise InputError(f"profile {path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"profile {path}: not valid TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"profile {path}: {place}: {first['msg']}") from error
