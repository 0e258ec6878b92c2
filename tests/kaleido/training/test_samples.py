from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.samples import side_by_side, stacked
from s2vbench.kaleido.training.train import train
from s2vbench.video.decode import open_video
from tests.kaleido import tiny_bundle
from tests.kaleido.training import tiny_run


def settings(model: Path, samples_every: int) -> TrainConfig:
    log = {"samples_every": samples_every, "sample_prompts": ["red fox"], "sample_cases": 2, "sample_steps": 2}
    return tiny_run.config(
        model={"init": str(model), "transformer": {}},
        data={"fps": 8.0, "most_references": 2},
        training={"steps": 3, "batch_size": 2, "ema_decay": 0.9},
        log=log,
    )


def test_clips_from_the_world_appear_and_change_no_step(tmp_path: Path) -> None:
    """The whole way: drawn clips, VAE, text encoder, training, sampling from the average, files."""
    torch.set_num_threads(1)
    tiny_bundle.save(tmp_path / "model")
    for name, every in (("with", 2), ("without", 0)):
        assert train(settings(tmp_path / "model", every), tmp_path / name).finished
    samples = tmp_path / "with" / "samples"
    assert sorted(path.name for path in samples.iterdir()) == ["step-000002", "step-000002.png"]
    videos = sorted((samples / "step-000002").glob("*.mp4"))
    assert [video.name for video in videos] == ["0.mp4", "1.mp4", "2.mp4"]
    assert next(open_video(videos[0]).open_windows(9)).shape == (5, 32, 48, 3)
    sheet = np.asarray(Image.open(samples / "step-000002.png"))
    assert sheet.shape[0] == 3 * 34
    assert sheet.std() > 5
    weights = [
        load_file(tmp_path / name / "transformer" / "diffusion_pytorch_model.safetensors")
        for name in ("with", "without")
    ]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[1])
    assert (tmp_path / "with" / "curves.svg").stat().st_size > 5000


def test_samples_without_a_vae_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"log.samples_every needs \[model\] vae"):
        tiny_run.run(tiny_run.config(log={"samples_every": 1}), tmp_path)


def test_sheets_put_pictures_of_any_size_on_white() -> None:
    small, large = np.zeros((2, 3, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)
    row = side_by_side([small, large])
    assert row.shape == (4, 3 + 5 + 2 * 2, 3)
    assert (row[2:, :3] == 255).all()
    assert stacked([row, large]).shape == (4 + 4 + 2 * 2, row.shape[1], 3)
