"""`s2vbench train` under torchrun, as a user starts it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from s2vbench.kaleido.training.config_file import load_config
from s2vbench.kaleido.training.train import train
from tests.kaleido import tiny_bundle

ROOT = Path(__file__).parents[3]
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "s2vbench")
MORE_STEPS = 2


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    tiny_bundle.save(folder / "model")
    (folder / "tiny.toml").write_text(
        f"""
        name = "tiny"
        [model]
        init = "{folder / "model"}"
        [data]
        source = "world"
        num_frames = 5
        height_px = 32
        width_px = 48
        fps = 8.0
        [training]
        steps = 100_000
        batch_size = 2
        learning_rate = 1e-4
        warmup_steps = 2
        precision = "fp32"
        ema_decay = 0.9
        [log]
        tensorboard = false
        """
    )
    return folder / "tiny.toml"


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*TORCHRUN, "train", *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_two_processes_stopped_and_started_again_train_as_one_that_was_never_stopped(
    config: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "two")
    process = start(str(config), "--out", out, "--set", "parallel.ulysses=2")
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if line.startswith("step "):
            break
    process.send_signal(signal.SIGINT)
    seen.append(process.communicate()[0])
    cards = list((tmp_path / "two" / "checkpoints").glob("step-*/checkpoint.json"))
    assert len(cards) == 1, "".join(seen)
    done = json.loads(cards[0].read_text())["step"]
    assert done >= 1
    steps = done + MORE_STEPS

    process = start(str(config), "--out", out, "--set", "parallel.ulysses=2", "--set", f"training.steps={steps}")
    printed = process.communicate()[0]
    assert process.returncode == 0, printed
    assert f"going on from {cards[0].parent}" in printed

    torch.set_num_threads(1)
    trained = train(load_config(str(config), [f"training.steps={steps}"]), tmp_path / "one")
    assert trained.finished
    two, one = (
        load_file(tmp_path / name / "transformer" / "diffusion_pytorch_model.safetensors") for name in ("two", "one")
    )
    assert two.keys() == one.keys()
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=0, atol=1e-5)
    rows = [[json.loads(row) for row in (tmp_path / n / "log.jsonl").read_text().splitlines()] for n in ("two", "one")]
    assert [row["step"] for row in rows[0]] == list(range(1, steps + 1))
    for key in ("loss", "grad_norm"):
        assert [row[key] for row in rows[0]] == pytest.approx([row[key] for row in rows[1]], rel=1e-5)
