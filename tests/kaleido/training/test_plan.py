from pathlib import Path

import huggingface_hub
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from s2vbench.cli.main import run_app
from s2vbench.errors import EXIT_MISSING, InputError
from s2vbench.kaleido.training import flops
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.config_file import load_config
from s2vbench.kaleido.training.plan import TrainPlan, described, make_plan, what_would_fit
from s2vbench.kaleido.training.train import out_of_memory
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.training import tiny_run

GIB = 2**30


def paper(*overrides: str, world: int) -> tuple[TrainConfig, TrainPlan]:
    config = load_config("paper-stage1", ["model.init=new", *overrides])
    return config, make_plan(config, world)


def test_the_papers_training_in_numbers() -> None:
    config, plan = paper(world=8)
    assert plan.parameters == pytest.approx(14.29e9, rel=1e-3)
    assert plan.latents_CTHW == (16, 21, 60, 104)
    assert (plan.tokens_video, plan.tokens_references) == (21 * 1560, 3 * 1560)
    assert plan.parts_a_step == 32
    assert plan.optimiser_bytes == pytest.approx(2 * 4 * 14.29e9 / 8, rel=1e-3)
    # 6 per parameter and token, plus attention.
    tokens = plan.tokens_video + plan.tokens_references
    assert plan.flops_a_step / (256 * tokens) > 6 * 0.9 * plan.parameters
    text = described(plan, config)
    assert "14,288," in text
    assert "8 processes" in text


@pytest.mark.parametrize("references", [0, 2])
def test_counted_flops_are_those_that_torch_counts(references: int) -> None:
    model = KaleidoTransformer(**tiny_run.TRANSFORMER)
    with FlopCounterMode(display=False) as counter, torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        model(
            torch.randn(1, *tiny_run.SHAPE),
            [torch.randn(1, 4, 1, 4, 6)] * references,
            torch.randn(1, 3, 8),
            torch.ones(1),
        )
    tokens = (2 + references) * 6
    # The time embedding is not counted: it does not grow with tokens.
    width = 24
    embedding = 2 * (16 * width + width**2 + 6 * width**2)
    assert flops.forward_flops(model.config, tokens, 3) + embedding == counter.get_total_flops()


def test_activations_estimated_are_those_that_autograd_keeps() -> None:
    settings = tiny_run.config(
        model={"transformer": {**tiny_run.TRANSFORMER, "attention_head_dim": 32, "ffn_dim": 256}},
        training={"micro_batch_size": 2, "batch_size": 2},
        data={"references": False, "height_px": 128, "width_px": 256},
    )
    plan = make_plan(settings)
    model = KaleidoTransformer(**settings.model.transformer)
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.untyped_storage().data_ptr() not in own:
            kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    t, h, w = plan.latents_CTHW[1:]
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(torch.randn(2, 4, t, h, w), [], torch.randn(2, 3, 8), torch.ones(2))
    found = sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
    assert plan.activations_bytes == pytest.approx(found, rel=0.15)


def test_advice_names_what_fits_and_nothing_else() -> None:
    config, plan = paper("training.activation_checkpointing=false", "training.micro_batch_size=4", world=64)
    assert plan.total_bytes > 80 * GIB
    advice = what_would_fit(config, 64, 80 * GIB)
    assert advice.startswith("--set training.micro_batch_size=")
    assert "training.activation_checkpointing=true" in advice
    words = advice.split(" should fit")[0].split("--set ")[1:]
    lighter = load_config("paper-stage1", ["model.init=new", *(word.strip() for word in words)])
    assert make_plan(lighter, 64).total_bytes < 80 * GIB
    assert "start more of them" in what_would_fit(config, 1, 80 * GIB)
    message = out_of_memory(config, 64, 80 * GIB)
    assert message.startswith("out of GPU memory: about ")
    assert message.endswith(advice)


def test_batches_that_cannot_be_shared_out_are_one_line() -> None:
    with pytest.raises(InputError, match="no multiple of micro_batch_size 1 times 7 data ranks"):
        paper(world=7)


def test_the_vaes_own_strides_count(tmp_path: Path) -> None:
    from tests.kaleido import tiny_bundle

    tiny_bundle.save(tmp_path / "model")
    settings = tiny_run.config(model={"init": str(tmp_path / "model"), "transformer": {}})
    assert make_plan(settings).latents_CTHW == (16, 2, 4, 6)


@pytest.mark.parametrize("side", ["in", "out"])
def test_latents_of_other_channels_than_the_transformers_are_one_line(tmp_path: Path, side: str) -> None:
    from tests.kaleido import tiny_bundle

    tiny_bundle.save(tmp_path / "model")
    transformer = {**tiny_run.TRANSFORMER, "in_channels": 16, "out_channels": 16, f"{side}_channels": 8}
    settings = tiny_run.config(model={"vae": str(tmp_path / "model"), "transformer": transformer})
    with pytest.raises(InputError, match=rf"{side}_channels 8.* the data's latents have 16 channels; set both to 16"):
        make_plan(settings)


@pytest.mark.parametrize(
    ("name", "precision", "expected"),
    [
        ("NVIDIA H200", "bf16", 989e12),
        ("NVIDIA A100-SXM4-80GB", "bf16", 312e12),
        ("NVIDIA H200", "fp32", None),
        ("Another", "bf16", None),
    ],
)
def test_the_peak_is_named_and_null_where_nobody_knows(
    monkeypatch: pytest.MonkeyPatch, name: str, precision: str, expected: float | None
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _device: name)
    found, words = flops.peak(torch.device("cuda"), precision)
    assert found == expected
    assert ("data sheet of" in words) == (expected is not None)
    assert name in words or expected is not None


def test_a_dry_run_fetches_configurations_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kaleido import tiny_bundle

    model = tiny_bundle.save(tmp_path / "model")
    (model / "kaleido.json").unlink()
    for weights in model.rglob("*.safetensors"):
        weights.unlink()
    asked: list[str] = []

    def fetch(name: str, *, revision: str | None, allow_patterns: list[str]) -> str:
        asked.extend([f"{name} {revision}", *allow_patterns])
        return str(model)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    plan = make_plan(load_config("paper-stage1", ["data.height_px=32", "data.width_px=48"]), 1)
    assert plan.latents_CTHW == (16, 21, 4, 6)
    names = ["kaleido.json", "config.json", "transformer/config.json", "vae/config.json"]
    assert asked == ["Wan-AI/Wan2.1-T2V-14B-Diffusers None", *names]


def test_a_dry_run_without_a_network_says_what_to_fetch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetch(*_: object, **__: object) -> str:
        raise ConnectionError

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    assert run_app(["train", "paper-stage1", "--dry-run"]) == EXIT_MISSING
    said = capsys.readouterr().err
    assert "`hf download Wan-AI/Wan2.1-T2V-14B-Diffusers --include 'kaleido.json'" in said
    assert "safetensors" not in said
