"""A sweep end to end in miniature: equal footing, interruptions, changed settings, failures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from s2vbench.ablate import runner, stages
from s2vbench.ablate.units import Unit
from s2vbench.errors import DivergedError, InputError, ManifestChangedError, MissingError, RunLockedError
from s2vbench.kaleido.settings import read_settings
from s2vbench.kaleido.training.logs import read_log
from s2vbench.ledger import read_rows
from s2vbench.types import Generation, Score
from tests.ablate import tiny_sweep

UNITS = [(variant, seed) for seed in (0, 1) for variant in ("concat", "shift_wh")]


def records(out: Path, variant: str, seed: int) -> list[dict[str, Any]]:
    rows = read_rows(out / variant / f"seed-{seed}" / "run" / "scores.jsonl", Score)
    return [row.model_dump() for row in sorted(rows, key=lambda row: row.key)]


def made(out: Path, variant: str, seed: int) -> dict[str, str | None]:
    rows = read_rows(out / variant / f"seed-{seed}" / "run" / "generations.jsonl", Generation)
    return {row.case: row.frames_sha256 for row in rows if row.frames_sha256}


def losses(out: Path, variant: str, seed: int) -> list[float]:
    return [row.loss for row in read_log(out / variant / f"seed-{seed}" / "train" / "log.jsonl")]


def test_equal_seeds_mean_equal_batches_noise_levels_and_noise(whole: Any) -> None:
    _, out, seen = whole
    assert set(seen) == set(UNITS)
    for seed in (0, 1):
        assert len(seen["concat", seed]) >= 2 * tiny_sweep.STEPS
        assert seen["concat", seed] == seen["shift_wh", seed]
    assert seen["concat", 0] != seen["concat", 1]
    # The first loss depends on the samples, the noise, the weights it begins with, and the positions alone.
    firsts = {unit: losses(out, *unit)[0] for unit in UNITS}
    assert len(set(firsts.values())) == 4


def test_every_unit_keeps_a_model_with_its_positions_and_no_checkpoints(whole: Any) -> None:
    _, out, _ = whole
    for variant, seed in UNITS:
        folder = out / variant / f"seed-{seed}"
        assert read_settings(folder / "train").positions == variant
        assert not (folder / "train" / "checkpoints").exists()
        assert len(records(out, variant, seed)) == 6
        assert json.loads((folder / "done.json").read_text())["videos"] == 3
    frames = [made(out, *unit) for unit in UNITS]
    assert len({value for some in frames for value in some.values()}) == 12


def test_a_finished_sweep_does_nothing_again(whole: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out, _ = whole

    def never(*_: Any) -> None:
        raise AssertionError("done again")

    for name in ("train_model", "generate_videos", "score_videos"):
        monkeypatch.setattr(stages, name, never)
    said: list[str] = []
    assert len(tiny_sweep.run(folder / "tiny.toml", out, said=said)) == 4
    assert said == []


@pytest.mark.parametrize(("stage", "count"), [("step", 5), ("line", 8)])
def test_a_killed_sweep_goes_on_to_the_same_records(whole: Any, tmp_path: Path, stage: str, count: int) -> None:
    folder, out, _ = whole
    again = tmp_path / "again"
    command = [sys.executable, "-m", "tests.ablate.tiny_sweep", str(folder), str(again), stage, str(count)]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == 9, killed.stderr.decode()[-2000:]
    tiny_sweep.run(folder / "tiny.toml", again, seeds=[0])
    for unit in UNITS[:2]:
        assert losses(again, *unit)[-1] == losses(out, *unit)[-1]
        assert made(again, *unit) == made(out, *unit)
        assert records(again, *unit) == records(out, *unit)


def test_ctrl_c_in_a_training_leaves_a_checkpoint_and_ends_the_sweep(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s2vbench.kaleido.training.loop import Trainer
    from s2vbench.kaleido.training.stops import Stop

    folder, whole_out, _ = whole
    step = Trainer._step

    def interrupted(self: Any, number: int) -> Any:
        if number == 2:
            monkeypatch.setattr(Stop, "asked", True, raising=False)
        return step(self, number)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "_step", interrupted)
        patch.setattr(Stop, "__init__", lambda _: None)
        patch.setattr(Stop, "asked", False, raising=False)
        with pytest.raises(KeyboardInterrupt):
            tiny_sweep.run(folder / "tiny.toml", tmp_path, ["concat"], seeds=[0])
        patch.setattr(Stop, "asked", False, raising=False)
    assert [row.step for row in read_log(tmp_path / "concat/seed-0/train/log.jsonl")] == [1, 2, 3]
    tiny_sweep.run(folder / "tiny.toml", tmp_path, ["concat"], seeds=[0])
    assert records(tmp_path, "concat", 0) == records(whole_out, "concat", 0)


def test_a_diverged_training_costs_its_own_unit_only(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, _ = whole

    def train(unit: Unit) -> None:
        if unit.variant == "concat":
            raise DivergedError("step 3: loss nan")

    monkeypatch.setattr(runner, "train_unit", train)
    monkeypatch.setattr(runner, "evaluate_unit", lambda unit, *_: stages.Outcome(unit, 0))
    outcomes = tiny_sweep.run(folder / "tiny.toml", tmp_path, seeds=[0])
    assert [outcome.reason for outcome in outcomes] == ["step 3: loss nan", None]


def test_a_unit_goes_on_only_with_what_it_was_begun_with(whole: Any, tmp_path: Path) -> None:
    folder, out, _ = whole
    (tmp_path / "sweep").mkdir()
    for name in ("cases.json", "0.png", "1.png", "training.toml"):
        (tmp_path / "sweep" / name).write_bytes((folder / name).read_bytes())
    changed = tiny_sweep.rewrite(tmp_path / "sweep", **{'"shift_wh"\n\n[evaluation]': '"shift_h"\n\n[evaluation]'})
    with pytest.raises(ManifestChangedError, match=r"shift_wh/seed-0.*model.positions: shift_wh -> shift_h"):
        tiny_sweep.run(changed, out)
    changed = tiny_sweep.rewrite(tmp_path / "sweep", **{"steps = 2": "steps = 3"})
    with pytest.raises(ManifestChangedError, match=r"evaluated with other settings \(settings.*to evaluate again"):
        tiny_sweep.run(changed, out)


def test_one_process_a_folder(whole: Any) -> None:
    folder, out, _ = whole
    with FileLock(out / ".lock"), pytest.raises(RunLockedError, match="another s2vbench process"):
        tiny_sweep.run(folder / "tiny.toml", out)


def test_a_missing_base_checkpoint_names_the_command_that_makes_it(
    whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, _ = whole
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "training.toml"
    config.write_text((folder / "training.toml").read_text().replace(str(folder / "base"), "runs/train/mini-stage1"))
    file = tiny_sweep.rewrite(folder, **{str(folder / "training.toml"): str(config)})
    try:
        with pytest.raises(MissingError, match=r"runs/train/mini-stage1.*make it with `s2vbench train mini-stage1`"):
            tiny_sweep.run(file, tmp_path / "out")
        base = tmp_path / "mini-stage1"
        (base / "checkpoints").mkdir(parents=True)
        config.write_text(config.read_text().replace("runs/train/mini-stage1", str(base)))
        with pytest.raises(InputError, match=r"is not finished.*finish it \(`s2vbench train mini-stage1`\)"):
            tiny_sweep.run(file, tmp_path / "out")
    finally:
        tiny_sweep.rewrite(folder)
    assert not (tmp_path / "out" / "concat").exists()
