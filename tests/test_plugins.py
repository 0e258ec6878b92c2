from __future__ import annotations

from pathlib import Path

import pytest

from s2vbench import plugins
from s2vbench.errors import InputError


def test_every_built_in_name_loads() -> None:
    for kind in plugins.KINDS:
        for name in plugins.names(kind):
            assert plugins.load(kind, name) is not None


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'imaging_quality'.*s2vbench ls metrics"):
        plugins.load("metrics", "imagin_quality")


@pytest.mark.parametrize("target", ["no.such.module:X", "s2vbench.types:NoSuch", ":x"])
def test_a_target_that_does_not_import_is_a_clear_error(target: str) -> None:
    with pytest.raises(InputError, match="cannot load"):
        plugins.load("backbones", target)


def test_metric_facts_are_declared() -> None:
    for name in plugins.names("metrics"):
        metric = plugins.load("metrics", name)
        assert metric.name == name
        assert metric.version >= 1
        assert metric.bounds[0] < metric.bounds[1]
        assert metric.summary
        assert "arXiv" in metric.source or "s2vbench" in metric.source
        assert metric.catches
        assert metric.blind_to


def test_a_module_that_exits_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leaves_at_once.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(InputError, match=r"cannot load 'leaves_at_once:x' \(SystemExit\(3\)\)"):
        plugins.load("models", "leaves_at_once:x")
