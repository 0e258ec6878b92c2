"""Videos depend on their own request alone, in any batch, guidance mode, backend or order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.errors import InputError
from s2vbench.generators.base import GenerationError
from s2vbench.kaleido.autoencoder import decode_frames, encode_frames, encode_reference, latent_shape
from s2vbench.kaleido.bundle import Bundle
from s2vbench.kaleido.options import Options
from s2vbench.kaleido.pictures import centred, letterbox
from s2vbench.kaleido.pipeline import KaleidoPipeline, VideoRequest, batches_of
from s2vbench.kaleido.sampling import euler, noise, sigmas
from s2vbench.types import FramesU8
from tests.kaleido import tiny_bundle
from tests.kaleido.tiny_bundle import SETTINGS, picture

ROUNDING = 1
"""Grey levels by which sums of another order may differ."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def bundle() -> Bundle:
    return tiny_bundle.bundle()


REQUESTS = (
    VideoRequest("a red fox", (picture(1),), 3),
    VideoRequest("fox and penguin", (picture(1), picture(2)), 5),
    VideoRequest("blue penguin", (picture(2),), 4),
    VideoRequest("a penguin and snow", (picture(3),), 4),
)


def furthest(first: FramesU8, second: FramesU8) -> int:
    return int(np.abs(first.astype(int) - second).max())


def test_dense_layers_take_the_fast_way_on_a_cpu(bundle: Bundle) -> None:
    transformer = bundle.transformer.eval()
    latents, context = torch.randn(1, 16, 2, 4, 6), torch.randn(1, 8, transformer.config.text_dim)
    asked = (latents, [latents[:, :, :1]], context, torch.tensor([500.0]))
    with torch.no_grad():
        slow = transformer(*asked)
        names = list(transformer.state_dict())
        KaleidoPipeline(bundle)
        fast = transformer(*asked)
    assert {type(layer) for layer in transformer.modules() if isinstance(layer, torch.nn.Linear)} == {FastLinear}
    assert list(transformer.state_dict()) == names
    torch.testing.assert_close(fast, slow, atol=1e-5, rtol=1e-5)


def test_batches_equal_videos_made_one_by_one(bundle: Bundle) -> None:
    pipeline = KaleidoPipeline(bundle)
    together = pipeline.generate(REQUESTS)
    assert [video.shape for video in together] == [(5, 32, 48, 3)] * 4
    assert together[0].std() > 10
    for request, video in zip(REQUESTS, together, strict=True):
        assert furthest(pipeline.generate([request])[0], video) <= ROUNDING
    again = pipeline.generate(REQUESTS)
    assert all(np.array_equal(first, second) for first, second in zip(together, again, strict=True))


def test_everything_in_a_request_matters(bundle: Bundle) -> None:
    pipeline, request = KaleidoPipeline(bundle), REQUESTS[1]
    (video,) = pipeline.generate([request])
    others = (
        replace(request, seed=6),
        replace(request, prompt="penguin and fox"),
        replace(request, references=request.references[::-1]),
        replace(request, references=(picture(1), picture(9))),
        replace(request, references=request.references[:1]),
    )
    for other in others:
        assert furthest(pipeline.generate([other])[0], video) > 5 * ROUNDING


def test_sampling_is_the_recipe_written_out(bundle: Bundle) -> None:
    request = REQUESTS[1]
    (video,) = KaleidoPipeline(bundle).generate([request])
    references = []
    for shown in request.references:
        values = torch.from_numpy(centred(letterbox(shown, 32, 48))).permute(2, 0, 1)[None, :, None]
        mean, std = (
            torch.tensor(x).view(1, -1, 1, 1, 1)
            for x in (bundle.vae.config.latents_mean, bundle.vae.config.latents_std)
        )
        references.append((bundle.vae.encode(values).latent_dist.mode() - mean) / std)
    texts = {text: bundle.text.encode([text]) for text in (request.prompt, SETTINGS.negative_prompt)}

    def velocity(latents: torch.Tensor, time: float) -> torch.Tensor:
        branch = {
            text: bundle.transformer(latents, references, states, torch.tensor([time]))
            for text, states in texts.items()
        }
        away = branch[SETTINGS.negative_prompt]
        return away + 4.0 * (branch[request.prompt] - away)

    start = noise([request.seed], (16, 2, 4, 6))
    latents = euler(velocity, start, sigmas(3, 7.0))
    frames = bundle.vae.decode(latents * std + mean).sample[0].permute(1, 2, 3, 0)
    assert furthest(((frames + 1) * 127.5).round().clamp(0, 255).byte().numpy(), video) <= ROUNDING


@pytest.mark.parametrize(
    "options",
    [
        Options(branches="sequential"),
        Options(offload=True),
        Options(attention="native"),
        Options(attention="_native_math"),
        Options(compile="eager"),
        Options(tiling=True),
    ],
)
def test_ways_to_compute_change_rounding_alone(bundle: Bundle, options: Options) -> None:
    plain = KaleidoPipeline(tiny_bundle.bundle()).generate(REQUESTS[:2])
    found = KaleidoPipeline(bundle, options=options).generate(REQUESTS[:2])
    assert all(furthest(first, second) <= ROUNDING for first, second in zip(plain, found, strict=True))


def test_large_pictures_are_decoded_in_tiles(bundle: Bundle) -> None:
    settings = SETTINGS.model_copy(update={"width_px": 288, "steps": 1, "num_frames": 1})
    plain = KaleidoPipeline(tiny_bundle.bundle()).generate(REQUESTS[:1], settings)[0]
    tiled = KaleidoPipeline(bundle, options=Options(tiling=True)).generate(REQUESTS[:1], settings)[0]
    assert tiled.shape == plain.shape == (1, 32, 288, 3)
    # Seams are blended, so the two are alike and not equal.
    assert 0 < np.abs(tiled.astype(int) - plain).mean() < 20


def test_without_guidance_the_negative_prompt_is_not_asked(bundle: Bundle) -> None:
    pipeline = KaleidoPipeline(bundle)
    settings = SETTINGS.model_copy(update={"guidance": 1.0})
    other = settings.model_copy(update={"negative_prompt": "snow"})
    assert np.array_equal(pipeline.generate(REQUESTS[:1], settings)[0], pipeline.generate(REQUESTS[:1], other)[0])
    guided = SETTINGS.model_copy(update={"negative_prompt": "snow"})
    assert furthest(pipeline.generate(REQUESTS[:1], guided)[0], pipeline.generate(REQUESTS[:1])[0]) > 10 * ROUNDING


def test_the_official_tail_goes_to_the_text_encoder(bundle: Bundle) -> None:
    pipeline = KaleidoPipeline(bundle)
    named = replace(REQUESTS[0], picture_names=("fox",))
    (tail,) = pipeline.generate([named], official_prompt_tail=True)
    (meant,) = pipeline.generate([replace(named, prompt="a red fox@@fox")])
    assert np.array_equal(tail, meant)
    assert not np.array_equal(tail, pipeline.generate([named])[0])


def test_progress_counts_the_steps_of_all_batches(bundle: Bundle) -> None:
    shown: list[tuple[int, int]] = []
    KaleidoPipeline(bundle).generate(REQUESTS, progress=lambda *now: shown.append(now))
    # Batches: requests 1 and 3, request 4, request 2.
    assert shown == [(step, 9) for step in range(1, 10)]


def test_a_parallel_seam_gets_the_transformer(bundle: Bundle) -> None:
    given: list[object] = []
    KaleidoPipeline(bundle, parallel=given.append)
    assert given == [bundle.transformer]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (VideoRequest(" \n", (picture(1),)), "the prompt is empty"),
        (VideoRequest("a fox", ()), "0 reference pictures; tiny takes 1 to 3"),
        (VideoRequest("a fox", (picture(1),) * 4), "4 reference pictures; tiny takes 1 to 3"),
    ],
)
def test_impossible_requests_are_refused(bundle: Bundle, request_: VideoRequest, message: str) -> None:
    with pytest.raises(InputError, match=message):
        KaleidoPipeline(bundle).generate([REQUESTS[0], request_])


def test_references_may_be_done_without_if_asked(bundle: Bundle) -> None:
    (video,) = KaleidoPipeline(bundle).generate([VideoRequest("a fox", ())], least_references=0)
    assert video.shape == (5, 32, 48, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_frames": 8}, "num_frames 8: Kaleido makes 4k . 1 frames; choose 5 or 9"),
        ({"num_frames": 0}, "choose 1 or 5"),
        ({"height_px": 40}, "height_px 40: .* choose 32 or 48"),
        ({"width_px": 8}, "choose 16 or 32"),
    ],
)
def test_impossible_sizes_are_refused(bundle: Bundle, change: dict[str, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        KaleidoPipeline(bundle).generate(REQUESTS, SETTINGS.model_copy(update=change))


def test_an_unknown_attention_backend_is_named(bundle: Bundle) -> None:
    with pytest.raises(InputError, match=r"attention flsh: cannot be used here .*; diffusers knows .*native"):
        KaleidoPipeline(bundle, options=Options(attention="flsh"))


@pytest.mark.parametrize(("dtype", "advice"), [(torch.float32, "weights are damaged"), (torch.float16, "dtype=bf16")])
def test_numbers_that_are_not_finite_are_no_video(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, advice: str
) -> None:
    def overflown(latents_BCTHW: torch.Tensor, *_: object) -> torch.Tensor:
        return torch.full_like(latents_BCTHW, float("nan"))

    monkeypatch.setattr(bundle.transformer, "forward", overflown)
    weight = bundle.transformer.patch_embedding.weight
    monkeypatch.setattr(weight, "data", weight.data.to(dtype))
    with pytest.raises(GenerationError, match=rf"not finite \(NaN\); .*{advice}"):
        KaleidoPipeline(bundle).generate(REQUESTS[:1])


def test_exhausted_memory_says_what_would_fit(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(bundle.transformer, "forward", exhausted)
    with pytest.raises(GenerationError, match=r"does not suffice for 1 videos of 5 frames 48x32 at once; the least"):
        KaleidoPipeline(bundle).generate(REQUESTS[:1])


def test_batches_keep_order() -> None:
    assert list(batches_of([2, 1, 2, 2, 1], 2)) == [[0, 2], [3], [1, 4]]
    assert not list(batches_of([], 2))


def test_latents_come_back_and_references_are_one_frame(bundle: Bundle) -> None:
    frames = np.stack([picture(seed, 32, 48) for seed in range(5)])
    latents = encode_frames(bundle.vae, frames)
    assert tuple(latents.shape) == latent_shape(bundle.vae, 5, 32, 48) == (16, 2, 4, 6)
    assert decode_frames(bundle.vae, latents).shape == frames.shape
    reference = encode_reference(bundle.vae, picture(0), 32, 48)
    assert torch.equal(reference, encode_frames(bundle.vae, letterbox(picture(0), 32, 48)[None]))
    assert reference.shape == (16, 1, 4, 6)
