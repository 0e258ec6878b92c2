from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from s2vbench.errors import InputError
from s2vbench.kaleido.training.lora import add_lora
from s2vbench.kaleido.training.train import export_newest
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.training import tiny_run
from tests.kaleido.training.tiny_run import Latents


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("base")
    tiny_run.run(tiny_run.config(training={"steps": 2}), out)
    return out / "transformer"


def lora(base: Path, steps: int = 4, **sections: Any) -> Any:
    return tiny_run.config(
        model={"init": str(base), "transformer": {}},
        training={"steps": steps, **sections.pop("training", {})},
        lora={"rank": 2, "alpha": 4.0, **sections},
    )


def answer(model: KaleidoTransformer) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    noisy, context = torch.randn(1, *tiny_run.SHAPE, generator=generator), torch.randn(1, 3, 8, generator=generator)
    with torch.no_grad():
        return model(noisy, [], context, torch.tensor([500.0]))


def test_the_adapter_alone_is_trained_saved_and_loadable(base: Path, tmp_path: Path) -> None:
    ended = tiny_run.run(lora(base), tmp_path)
    assert ended.exported == tmp_path / "lora"
    tensors = load_file(tmp_path / "lora" / "pytorch_lora_weights.safetensors")
    assert len(tensors) == 2 * 2 * 2 * 4, "two matrices for four layers of two attentions of two blocks"
    model = KaleidoTransformer.from_pretrained(base)
    before = answer(model)
    model.load_lora_adapter(tmp_path / "lora", use_safetensors=True)
    ((adapter, facts),) = model.peft_config.items()
    assert (facts.r, facts.lora_alpha) == (2, 4.0)
    after = answer(model)
    assert (after - before).abs().max() > 1e-5
    for name, tensor in tensors.items():
        inside = name.removeprefix("transformer.").replace(".weight", f".{adapter}.weight")
        assert torch.equal(model.get_parameter(inside), tensor)


def test_an_adapter_training_goes_on_bit_for_bit(base: Path, tmp_path: Path) -> None:
    training = {"ema_decay": 0.9}
    tiny_run.run(lora(base, 2, training=training), tmp_path / "a")
    tiny_run.run(lora(base, 4, training=training), tmp_path / "a")
    tiny_run.run(lora(base, 4, training=training), tmp_path / "b")
    a, b = (load_file(tmp_path / name / "lora" / "pytorch_lora_weights.safetensors") for name in ("a", "b"))
    assert all(torch.equal(a[name], b[name]) for name in b)
    exported = export_newest(lora(base, 4, training=training), tmp_path / "a", tmp_path / "elsewhere")
    c = load_file(exported / "pytorch_lora_weights.safetensors")
    assert all(torch.equal(a[name], c[name]) for name in a)


def test_a_new_adapter_changes_nothing_and_leaves_the_network_frozen(base: Path) -> None:
    model = KaleidoTransformer.from_pretrained(base)
    before = answer(model)
    add_lora(model, lora(base).lora, seed=0)
    assert torch.equal(answer(model), before)
    trainable = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    assert trainable
    assert all("lora_" in name for name in trainable)


def test_a_target_that_no_layer_has_is_one_line(base: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no linear layer's name ends in 'to_x'; blocks have attn1.to_k, "):
        tiny_run.run(lora(base, targets=["to_q", "to_x"]), tmp_path, latents=Latents(4))


def test_a_checkpoint_of_an_adapter_is_no_beginning(base: Path, tmp_path: Path) -> None:
    tiny_run.run(lora(base), tmp_path / "lora run")
    settings = tiny_run.config(model={"init": str(tmp_path / "lora run"), "transformer": {}})
    with pytest.raises(InputError, match="holds an adapter only"):
        tiny_run.run(settings, tmp_path / "next")
