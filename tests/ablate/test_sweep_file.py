"""Sweeps as files: shipped ones, overrides, and every mistake with its line and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest

from s2vbench.ablate.sweep_file import load_sweep, shipped_sweeps
from s2vbench.ablate.units import differences, units_of
from s2vbench.errors import InputError
from s2vbench.kaleido.mini.assemble import SETTINGS
from s2vbench.kaleido.positions import SCHEMES

TEXT = """name = "mine"
summary = "positions"
reference = "a"
seeds = [0, 1]

[base]
config = "mini-stage2"

[base.training]
steps = 5

[variants.a]
model.positions = "shift_wh"

[variants.b]
label = "B"
model.positions = {shift_h = true, shift_w = false, base = "video"}
"""


def message(folder: Path, old: str = "", new: str = "", changes: tuple[str, ...] = ()) -> str:
    assert old in TEXT
    path = folder / "mine.toml"
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_sweep(str(path), changes)
    return str(caught.value).replace(str(folder) + "/", "")


def test_variants_replace_values_of_the_base_and_the_command_line_changes_all(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT)
    file = load_sweep(str(tmp_path / "mine.toml"), ["training.learning_rate=0.5", "model.positions='concat'"])
    config = file.config("b", 1)
    assert (config.name, config.seed, config.training.steps, config.training.learning_rate) == ("mine-b", 1, 5, 0.5)
    assert config.model.positions == {"shift_h": True, "shift_w": False, "base": "video"}
    assert config.training.batch_size == 32
    assert differences(file) == {
        "a": {},
        "b": {f"model.positions.{key}": value for key, value in config.model.positions.items()},
    }
    units = units_of(file, tmp_path / "out", ["b"], [1])
    assert [(unit.name, unit.folder) for unit in units] == [("b, seed 1", tmp_path / "out/b/seed-1")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"shift_wh"',
            '"shft_w"',
            "mine.toml, line 13: model.positions = 'shft_w': unknown position scheme 'shft_w'; did",
        ),
        (
            "model.positions =",
            "model.pozitions =",
            "line 13: unknown key model.pozitions; did you mean model.positions?",
        ),
        (
            "model.positions =",
            "positions =",
            "line 13: unknown key variants.a.positions; did you mean 'model.positions'?",
        ),
        ("[base.training]", "[base.trainnng]", "line 9: unknown key base.trainnng; did you mean 'training'?"),
        ("summary", "sumary", "line 2: unknown key sumary; did you mean 'summary'?"),
        ('reference = "a"', 'reference = "aa"', "line 3: reference: no variant 'aa'; did you mean 'a'?"),
        ("seeds = [0, 1]", "seeds = [0, 0]", "seeds [0, 0]: one is named twice"),
        ("seeds = [0, 1]", 'seeds = [0, "x"]', "line 4: seeds = 'x': input should be a valid integer"),
        ("seeds = [0, 1]", "", "seeds is missing; add it"),
        ("model.positions =", "training.steps = 3 #", "line 13: training.steps may not differ between variants"),
        ("model.positions =", "lora.rank = 3 #", "line 12: unknown key variants.a.lora; a sweep trains whole"),
        ("mini-stage2", "mini-stge2", "did you mean 'mini-stage2'?"),
        ("[variants.a]", '[variants."../a"]', "should match pattern"),
        ("steps = 5", "steps = 0", "line 10: training.steps = 0: input should be greater than or equal to 1"),
        ("seeds = [0, 1]", "seeds = [0, 1", "not valid TOML"),
    ],
)
def test_mistakes_name_their_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in message(tmp_path, old, new)


def test_mistakes_of_the_command_line(tmp_path: Path) -> None:
    assert "--set seed=3: seed comes from the sweep's seeds" in message(tmp_path, changes=("seed=3",))
    wrong = message(tmp_path, changes=("training.stps=3",))
    assert wrong == "--set training.stps=3: unknown key training.stps; did you mean training.steps?"
    with pytest.raises(InputError, match="did you mean 'rrope'"):
        load_sweep("rope")
    (tmp_path / "mine.toml").write_text(TEXT)
    file = load_sweep(str(tmp_path / "mine.toml"))
    with pytest.raises(InputError, match=r"--only bb: no such variant in .*did you mean 'b'"):
        units_of(file, tmp_path, ["bb"])
    with pytest.raises(InputError, match=r"--seeds 7: not in .*which has 0, 1; add it to `seeds` there"):
        units_of(file, tmp_path, [], [7])


def test_the_shipped_sweeps_are_the_papers_tables() -> None:
    assert shipped_sweeps() == ["crosspair", "rrope"]
    rrope, crosspair = (load_sweep(name) for name in ("rrope", "crosspair"))
    assert set(rrope.sweep.variants) == set(SCHEMES)
    for file in (rrope, crosspair):
        assert len(file.sweep.seeds) >= 3
        assert {entry.metric for entry in file.sweep.published} == {"s2v_consistency", "s2v_decoupling"}
        (key,) = {key for keys in differences(file).values() for key in keys}
        assert key == ("model.positions" if file is rrope else "data.reference_set")
        shown = {key: getattr(SETTINGS, key) for key in file.sweep.evaluation.settings}
        assert file.sweep.evaluation.settings == shown
    stated = {(entry.variant, entry.metric): entry.value for entry in rrope.sweep.published}
    assert stated["shift_wh", "s2v_consistency"] == 0.708
    assert ("concat", "s2v_consistency") not in stated
