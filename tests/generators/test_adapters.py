"""`adapter.toml`: every model of baselines/ that has one says what s2vbench needs to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from s2vbench import plugins
from s2vbench.errors import InputError
from s2vbench.generators.adapters import adapter_names, load_adapter
from s2vbench.generators.base import ModelFamily
from s2vbench.resources import data_folder


@pytest.mark.parametrize("name", adapter_names())
def test_adapters_describe_the_model_that_runs(name: str) -> None:
    adapter = load_adapter(name)
    assert adapter.name == name
    family = plugins.load("models", adapter.entry)
    assert isinstance(family, ModelFamily)
    assert family is plugins.load("models", name)
    assert set(adapter.limits) == set(family.variants)
    assert set(adapter.weights) <= set(adapter.limits)


def test_limits_are_said_in_a_line() -> None:
    said = load_adapter("kaleido").limits["14b"].said()
    assert said == "1-3 references, 896x512 px, 81 frames (4k + 1), 16 fps, 40 GB"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("schema_version = 1", "schema_version = 2", "schema_version: Input should be 1"),
        ("summary =", "sumary =", "adapter.toml: (summary: Field required|sumary: Extra)"),
        ("references = [1, 4]", "references = [1]", "limits.mini.references"),
        ("name =", "name", "not TOML"),
    ],
)
def test_wrong_adapters_are_named(tmp_path: Path, before: str, after: str, message: str) -> None:
    text = (data_folder("baselines") / "kaleido" / "adapter.toml").read_text()
    assert before in text
    (tmp_path / "adapter.toml").write_text(text.replace(before, after, 1))
    with pytest.raises(InputError, match=message):
        load_adapter(tmp_path)


def test_a_missing_adapter_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"adapter\.toml: cannot be read"):
        load_adapter(tmp_path)
