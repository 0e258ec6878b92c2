from pathlib import Path

import pytest

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import identity, identity_digest
from s2vbench.kaleido.training.config_file import load_config, shipped_configs
from tests.kaleido.training import tiny_run

GOOD = """name = "a"

[data]
source = "world"

[training]
steps = 10
batch_size = 4
learning_rate = 1e-5
"""


def complaint(tmp_path: Path, text: str, *overrides: str) -> str:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_config(str(path), overrides)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(path), "c.toml")


def test_a_minimal_file_has_the_papers_values(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(GOOD)
    config = load_config(str(tmp_path / "c.toml"))
    training = config.training
    assert (training.max_grad_norm, training.betas, training.weight_decay) == (0.1, (0.9, 0.95), 1e-4)
    assert (training.text_drop, training.warmup_start, training.eps) == (0.1, 0.05, 1e-8)


def test_typos_name_line_and_nearest_key(tmp_path: Path) -> None:
    message = complaint(tmp_path, GOOD.replace("batch_size", "batchsize"))
    assert message == "c.toml, line 8: unknown key training.batchsize; did you mean training.batch_size?"
    text = GOOD.replace("[data]", "[date]")
    assert complaint(tmp_path, text) == "c.toml, line 3: unknown key date; did you mean data?"
    assert complaint(tmp_path, GOOD.replace("steps = 10\n", "")) == "c.toml: training.steps is missing; add it"
    assert "line 11: unknown key lgo; did you mean log?" in complaint(tmp_path, GOOD + "\n[lgo]\nevery = 2\n")
    text = GOOD + "every = 5\n"
    assert complaint(tmp_path, text).endswith("unknown key training.every; did you mean checkpoint.every?")


def test_wrong_values_name_line_value_and_reason(tmp_path: Path) -> None:
    message = complaint(tmp_path, GOOD.replace("steps = 10", 'steps = "many"'))
    assert message.startswith("c.toml, line 7: training.steps = 'many': ")
    message = complaint(tmp_path, GOOD.replace("batch_size = 4", "batch_size = 4\nmicro_batch_size = 3"))
    assert message == "c.toml, line 6: training: batch_size 4 is no multiple of micro_batch_size 3"
    message = complaint(tmp_path, GOOD.replace('"world"', '"world"\nnum_frames = 80'))
    assert "num_frames 80" in message
    assert "choose 77 or 81" in message
    assert "finite number" in complaint(tmp_path, GOOD, "training.learning_rate=inf")
    assert "less than 1" in complaint(tmp_path, GOOD, "training.betas=[1.0, 0.9]")
    assert "unknown position scheme 'shift_q'" in complaint(tmp_path, GOOD, "model.positions=shift_q")
    assert "did you mean 'base'" in complaint(tmp_path, GOOD, "model.positions={basee=3}")
    assert "should match pattern" in complaint(tmp_path, GOOD, "name=..")
    assert "needs a path" in complaint(tmp_path, GOOD.replace('"world"', '"latents"'))
    assert "takes no path" in complaint(tmp_path, GOOD.replace('"world"', '"world"\npath = "x"'))
    assert "init is 'new'" in complaint(tmp_path, GOOD + "\n[lora]\nrank = 4\n")
    assert "gives sizes of a new model" in complaint(
        tmp_path, GOOD + '\n[model]\ninit = "x"\ntransformer = { num_layers = 2 }\n'
    )


def test_broken_toml_and_absent_files_are_one_line(tmp_path: Path) -> None:
    assert complaint(tmp_path, "name = ").startswith("c.toml: not valid TOML (")
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read"):
        load_config(str(tmp_path / "nowhere.toml"))
    with pytest.raises(InputError, match=r"did you mean 'tiny-cpu'\?"):
        load_config("tiny-cup")


def test_overrides_reach_any_key_and_complain_by_their_own_words(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(GOOD)
    words = ["training.steps=20", "model.init=some/folder", "log.sample_prompts=['a fox']", "training.betas=[0.5, 0.6]"]
    config = load_config(str(tmp_path / "c.toml"), words)
    assert (config.training.steps, config.model.init, config.training.betas) == (20, "some/folder", (0.5, 0.6))
    assert config.log.sample_prompts == ("a fox",)
    assert complaint(tmp_path, GOOD, "training.stps=1") == (
        "--set training.stps=1: unknown key training.stps; did you mean training.steps?"
    )
    assert complaint(tmp_path, GOOD, "trainings.steps=3") == (
        "--set trainings.steps=3: unknown key trainings; did you mean training?"
    )
    message = complaint(tmp_path, GOOD, "training.steps=none")
    assert message.startswith("--set training.steps=none: training.steps = 'none': ")
    assert "must be key=value" in complaint(tmp_path, GOOD, "steps")
    assert "is a value, no section" in complaint(tmp_path, GOOD, "name.x=1")


def test_only_keys_that_change_no_step_are_free() -> None:
    base = tiny_run.config()
    free = tiny_run.config(training={"steps": 99}, log={"every": 7}, checkpoint={"keep": 9}, parallel={"ulysses": 2})
    assert identity_digest(base) == identity_digest(free)
    assert identity_digest(base) == identity_digest(tiny_run.config(data={"most_bad": 0.5}))
    for section, change in (
        ("training", {"learning_rate": 1.0}),
        ("training", {"micro_batch_size": 4}),
        ("data", {"references": False}),
        ("model", {"positions": "concat"}),
    ):
        assert identity_digest(base) != identity_digest(tiny_run.config(**{section: change})), change
    assert identity(base)["training.learning_rate"] == 3e-3


def test_shipped_configurations_load_and_hold_the_papers_numbers() -> None:
    assert {"paper-stage1", "paper-stage2", "tiny-cpu"} <= set(shipped_configs())
    first, second = load_config("paper-stage1"), load_config("paper-stage2")
    assert (first.training.steps, first.training.learning_rate, first.training.batch_size) == (10_000, 1e-5, 256)
    assert (second.training.steps, second.training.learning_rate, second.training.batch_size) == (5_000, 5e-6, 256)
    for config in (first, second):
        assert (config.data.height_px, config.data.width_px, config.data.num_frames) == (480, 832, 81)
        assert config.training.activation_checkpointing
        assert config.training.max_grad_norm == 0.1
