import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from s2vbench.cli.main import run_app
from s2vbench.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_SOME_FAILED, EXIT_USAGE
from s2vbench.kaleido.training.logs import Log, LogRow, read_log
from s2vbench.video.encode import write_video
from tests.kaleido import tiny_bundle

CONFIG = """
name = "try"

[model]
init = "{model}"

[data]
source = "world"
num_frames = 5
height_px = 32
width_px = 48
fps = 8.0
most_references = 2

[training]
steps = 3
batch_size = 2
learning_rate = 1e-4
precision = "fp32"

[log]
tensorboard = false
"""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    tiny_bundle.save(tmp_path / "model")
    (tmp_path / "try.toml").write_text(CONFIG.format(model=tmp_path / "model"))
    return "try.toml"


def test_training_goes_to_the_default_folder_and_says_where_the_transformer_is(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_app(["train", config]) == EXIT_OK
    out = Path("runs/train/try")
    assert capsys.readouterr().out.strip() == str(out / "transformer")
    assert [row.step for row in read_log(out / "log.jsonl")] == [1, 2, 3]
    facts = json.loads((out / "run.json").read_text())
    assert facts["parameters"] == facts["trainable"] > 1000
    assert facts["peak_is"].startswith("a square matrix product")
    assert facts["config"]["training"]["steps"] == 3
    assert run_app(["train", config, "--set", "training.steps=4", "--json"]) == EXIT_OK
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "out": str(out),
        "steps": 4,
        "finished": True,
        "exported": str(out / "transformer"),
    }
    assert "going on from" in captured.err


def test_a_dry_run_counts_and_writes_nothing(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["train", config, "--dry-run"]) == EXIT_OK
    text = capsys.readouterr().out
    assert "latents 16x2x4x6 (C, T, H, W)" in text
    assert "12 of the video, 12 of references at most, 12 of text" in text
    assert run_app(["train", config, "--dry-run", "--processes", "2", "--json"]) == EXIT_OK
    plan = json.loads(capsys.readouterr().out)
    assert (plan["processes"], plan["parts_a_step"], plan["tokens_video"]) == (2, 1, 12)
    assert not Path("runs").exists()


def test_restart_begins_anew_and_resume_needs_a_checkpoint(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["train", config, "--resume", "--out", "a"]) == EXIT_USAGE
    assert "error: a: holds no checkpoint to resume from" in capsys.readouterr().err
    assert run_app(["train", config, "--out", "a"]) == EXIT_OK
    changed = ["train", config, "--out", "a", "--set", "training.learning_rate=1e-5", "--set", "training.steps=2"]
    assert run_app(changed) == EXIT_USAGE
    assert "training.learning_rate (0.0001 there, 1e-05 here)" in capsys.readouterr().err
    assert run_app([*changed, "--restart"]) == EXIT_OK
    assert [row.step for row in read_log(Path("a/log.jsonl"))] == [1, 2]


def test_export_writes_the_newest_checkpoint_and_trains_nothing(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_app(["train", config, "--out", "a"]) == EXIT_OK
    before = Path("a/transformer/diffusion_pytorch_model.safetensors").read_bytes()
    words = ["train", config, "--out", "a", "--set", "training.steps=9", "--export", "b"]
    capsys.readouterr()
    assert run_app(words) == EXIT_OK
    assert capsys.readouterr().out.strip() == str(Path("b/transformer"))
    assert Path("b/transformer/diffusion_pytorch_model.safetensors").read_bytes() == before
    half = [*words[:-1], "c", "--set", "checkpoint.export_dtype=fp16"]
    assert run_app(half) == EXIT_OK
    assert Path("c/transformer/diffusion_pytorch_model.safetensors").stat().st_size < 0.6 * len(before)


def test_ctrl_c_writes_a_checkpoint_and_exits_130(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Log.write

    def write(self: Log, row: LogRow, steps: int) -> None:
        real(self, row, steps)
        if row.step == 1:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Log, "write", write)
    assert run_app(["train", config, "--out", "a"]) == EXIT_INTERRUPTED
    assert "run the same command again to go on" in capsys.readouterr().err
    assert [path.name for path in Path("a/checkpoints").iterdir()] == ["step-000002"]
    monkeypatch.undo()


def test_a_divergence_exits_4_with_one_line(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from s2vbench.kaleido.training import flow

    def losses(answer: Any, target: Any) -> Any:
        return (answer - target).flatten(1).mean(1) * float("inf")

    monkeypatch.setattr(flow, "losses", losses)
    assert run_app(["train", config, "--out", "a"]) == EXIT_SOME_FAILED
    error = capsys.readouterr().err
    assert "error: step 1: loss" in error
    assert "samples: world-" in error


def test_a_broken_folder_of_data_is_counted_listed_and_stops_above_the_threshold(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("videos", "labels", "references/1"):
        Path("data", name).mkdir(parents=True)
    Path("data/videos/1.mp4").write_bytes(b"no video")
    Path("data/labels/1.txt").write_text("a red fox\n")
    Image.new("RGB", (8, 8)).save("data/references/1/ref1.png")
    words = ["train", config, "--out", "a", "--set", "data.source=folder", "--set", "data.path=data"]
    assert run_app(words) == EXIT_USAGE
    assert "1 of 1 samples cannot be used" in capsys.readouterr().err
    frames = np.random.default_rng(0).integers(0, 256, (14, 32, 48, 3), dtype=np.uint8)
    write_video(Path("data/videos/2.mp4"), frames, 8.0)
    Path("data/labels/2.txt").write_text("a blue penguin\n")
    Path("data/references/2").mkdir()
    Image.new("RGB", (8, 8)).save("data/references/2/ref1.png")
    assert run_app([*words, "--set", "data.most_bad=0.5"]) == EXIT_OK
    assert "1 sample could not be used" in capsys.readouterr().err
    skipped = json.loads(Path("a/problems.json").read_text())["skipped"]
    assert [entry["name"] for entry in skipped] == ["1"]


def test_an_unknown_configuration_lists_the_shipped_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["train", "paper-stage3"]) == EXIT_USAGE
    assert "did you mean 'paper-stage" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["train", "--help"]) == EXIT_OK
    assert "s2vbench train tiny-cpu" in capsys.readouterr().out
