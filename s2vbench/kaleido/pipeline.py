"""Prompts and reference pictures to frames, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.errors import InputError
from s2vbench.generators.base import GenerationError
from s2vbench.kaleido.autoencoder import decode_clips, encode_references, latent_shape
from s2vbench.kaleido.bundle import Bundle, quiet_libraries
from s2vbench.kaleido.memory import BYTES, Plan, advice, gigabytes, sizes_of_bundle
from s2vbench.kaleido.options import Options
from s2vbench.kaleido.sampling import StepProgress, euler, guided, noise, sigmas
from s2vbench.kaleido.settings import Settings, check_size
from s2vbench.kaleido.text import clean_prompt
from s2vbench.kaleido.transformer import KaleidoTransformer
from s2vbench.types import FramesU8

SEPARATOR = "@@"
"""Between prompt and picture names in a line of the release's input files."""


@dataclass(frozen=True)
class VideoRequest:
    """One video to make."""

    prompt: str
    references: tuple[FramesU8, ...]
    """Pictures (H, W, 3) or with opacity (H, W, 4), of any size, one a subject."""
    seed: int = 0
    picture_names: tuple[str, ...] = ()
    """What stands for the pictures in the release's input line; only `official_prompt_tail` looks at them."""


class KaleidoPipeline:
    """Samples videos of subjects.

    Args:
        bundle: the networks and the settings.
        device: where they compute.
        options: how.
        parallel: called with the transformer once it is where it computes, to spread it over several processes (see
            `ulysses.enable_ulysses`). Every process then makes the same requests and gets the same videos.

    Raises:
        InputError: an unknown attention backend.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        device: str | torch.device = "cpu",
        options: Options | None = None,
        parallel: Callable[[KaleidoTransformer], object] | None = None,
    ) -> None:
        self.bundle, self.device = bundle, torch.device(device)
        self.options = options or Options()
        if self.options.tiling:
            bundle.vae.enable_tiling()
        if self.options.attention is not None:
            _set_attention(bundle.transformer, self.options.attention)
        if self.options.compile is not None:
            bundle.transformer.compile_repeated_blocks(backend=self.options.compile)
        if not self.options.offload:
            for network in (bundle.transformer, bundle.vae, bundle.text.encoder):
                network.to(self.device)
        if self.device.type == "cpu":
            quicken(bundle.transformer)
        if parallel is not None:
            parallel(bundle.transformer)

    def generate(
        self,
        requests: Sequence[VideoRequest],
        settings: Settings | None = None,
        *,
        official_prompt_tail: bool = False,
        least_references: int = 1,
        progress: StepProgress = lambda *_: None,
    ) -> list[FramesU8]:
        """One video frames_THWC for each request, in their order.

        Requests with equally many references run together, at most `settings.batch_size` at once. A video depends on
        its own request and seed alone, but for the rounding of sums that differs between batch sizes.

        Args:
            requests: what to make.
            settings: other than the bundle's.
            official_prompt_tail: give the text encoder the whole line `prompt@@picture@@picture`, as the released
                script does; for bit-faithful reruns.
            least_references: 0 lets requests do without.
            progress: called with steps done and steps in all, of all batches together.

        Raises:
            InputError: a request or size is wrong. GenerationError: the device's memory does not suffice.
        """
        settings = settings or self.bundle.settings
        check_size(settings.height_px, settings.width_px, settings.num_frames)
        for request in requests:
            check_request(request, settings, least_references=least_references)
        batches = list(batches_of([len(request.references) for request in requests], settings.batch_size))
        total = settings.steps * len(batches)
        videos: list[FramesU8 | None] = [None] * len(requests)
        for index, batch in enumerate(batches):
            chosen = [requests[number] for number in batch]
            lines = [_line(request) if official_prompt_tail else request.prompt for request in chosen]
            shifted = partial(_shifted, progress, index * settings.steps, total)
            made = self._batch(chosen, lines, settings, shifted)
            for number, video in zip(batch, made, strict=True):
                videos[number] = video
        return [video for video in videos if video is not None]

    def _batch(
        self, requests: list[VideoRequest], lines: list[str], settings: Settings, progress: StepProgress
    ) -> list[FramesU8]:
        bundle = self.bundle
        try:
            with self._on_device(bundle.text.encoder):
                negative = [settings.negative_prompt] if settings.guidance != 1 else []
                context_BLD = bundle.text.encode([*negative, *lines])
            with self._on_device(bundle.vae):
                references = self._references(requests, settings)
            shape = latent_shape(bundle.vae, settings.num_frames, settings.height_px, settings.width_px)
            start_BCTHW = noise([request.seed for request in requests], shape).to(self.device)
            with self._on_device(bundle.transformer), torch.no_grad():
                velocity = _Velocity(
                    bundle.transformer, references, context_BLD, settings.guidance, self.options.branches
                )
                latents_BCTHW = euler(velocity, start_BCTHW, sigmas(settings.steps, settings.shift), progress)
            if not bool(latents_BCTHW.isfinite().all()):
                raise GenerationError(_not_finite(bundle.transformer))
            with self._on_device(bundle.vae):
                return decode_clips(bundle.vae, latents_BCTHW)
        except torch.OutOfMemoryError as error:
            raise GenerationError(self._out_of_memory(settings, len(requests))) from error

    def _out_of_memory(self, settings: Settings, count: int) -> str:
        there = torch.cuda.mem_get_info(self.device)[1] if self.device.type == "cuda" else None
        number_bytes = BYTES[self.bundle.transformer.patch_embedding.weight.dtype]
        plan = Plan(sizes_of_bundle(self.bundle), settings, number_bytes, self.options)
        have = f" of {gigabytes(there)}" if there else ""
        return (
            f"the memory{have} of {self.device} does not suffice for {count} videos of {settings.num_frames} frames "
            f"{settings.width_px}x{settings.height_px} at once; {advice(plan, there, self.device)}"
        )

    def _references(self, requests: list[VideoRequest], settings: Settings) -> list[Tensor]:
        """The latents (B, C, 1, h, w) of the first reference of every request, then of the second, and so on."""
        distinct = {_key(picture): picture for request in requests for picture in request.references}
        size_px = (settings.height_px, settings.width_px)
        encoded = encode_references(self.bundle.vae, list(distinct.values()), *size_px)
        latents = dict(zip(distinct, encoded, strict=True))
        columns = zip(*(request.references for request in requests), strict=True)
        return [torch.stack([latents[_key(picture)] for picture in column]).to(self.device) for column in columns]

    @contextmanager
    def _on_device(self, network: Any) -> Iterator[None]:
        """The network on the device; afterwards back in main memory where parts take turns."""
        network.to(self.device)
        try:
            yield
        finally:
            if self.options.offload:
                network.to("cpu")
                if self.device.type == "cuda":
                    torch.cuda.empty_cache()


class _Velocity:
    """The guided velocity of a batch; references stand in both branches."""

    def __init__(
        self,
        transformer: KaleidoTransformer,
        references: list[Tensor],
        context_BLD: Tensor,
        guidance: float,
        branches: Literal["batched", "sequential"],
    ) -> None:
        embedding = transformer.patch_embedding.weight
        device, dtype = embedding.device, embedding.dtype
        self.transformer, self.guidance, self.branches, self.dtype = transformer, guidance, branches, dtype
        self.references = [latents.to(device, dtype) for latents in references]
        self.context_BLD = context_BLD.to(device, dtype)

    def __call__(self, latents_BCTHW: Tensor, time: float) -> Tensor:
        latents_BCTHW = latents_BCTHW.to(self.dtype)
        if self.guidance == 1:
            return self._run(latents_BCTHW, self.references, self.context_BLD, time)
        count = len(latents_BCTHW)
        without_BLD, with_BLD = self.context_BLD[:1].expand(count, -1, -1), self.context_BLD[1:]
        if self.branches == "sequential":
            without = self._run(latents_BCTHW, self.references, without_BLD, time)
            with_text = self._run(latents_BCTHW, self.references, with_BLD, time)
        else:
            both = self._run(
                torch.cat([latents_BCTHW, latents_BCTHW]),
                [torch.cat([latents, latents]) for latents in self.references],
                torch.cat([without_BLD, with_BLD]),
                time,
            )
            without, with_text = both[:count], both[count:]
        return guided(without.float(), with_text.float(), self.guidance)

    def _run(self, latents_BCTHW: Tensor, references: list[Tensor], context_BLD: Tensor, time: float) -> Tensor:
        times_B = torch.full((len(latents_BCTHW),), time, dtype=torch.float32, device=latents_BCTHW.device)
        velocity: Tensor = self.transformer(latents_BCTHW, references, context_BLD, times_B)
        return velocity


def quicken(network: nn.Module) -> None:
    """Send dense layers through `backbones.fast_linear`: the same parameters, another library for float32 on CPUs."""
    for layer in network.modules():
        if type(layer) is nn.Linear:
            layer.__class__ = FastLinear


def check_request(request: VideoRequest, settings: Settings, *, least_references: int = 1) -> None:
    """Refuse what no video can be made of.

    Raises:
        InputError: the prompt is empty, or there are too few or too many references.
    """
    if not clean_prompt(request.prompt):
        raise InputError("the prompt is empty; say what should be seen")
    check_count(len(request.references), settings, least_references=least_references)


def check_count(count: int, settings: Settings, *, least_references: int = 1) -> None:
    """Refuse a number of references that the model does not take.

    Raises:
        InputError: too few or too many.
    """
    if not least_references <= count <= settings.max_references:
        raise InputError(
            f"{count} reference pictures; {settings.name} takes {least_references} to {settings.max_references} "
            "(setting max_references)"
        )


def batches_of(counts: Sequence[int], most: int) -> Iterator[list[int]]:
    """Numbers of requests that run together: equally many references, in order, at most `most`.

    >>> list(batches_of([1, 2, 1, 1], 2))
    [[0, 2], [3], [1]]
    """
    for count in dict.fromkeys(counts):
        numbers = [number for number, other in enumerate(counts) if other == count]
        yield from (numbers[first : first + most] for first in range(0, len(numbers), most))


def _shifted(progress: StepProgress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _key(picture: FramesU8) -> tuple[tuple[int, ...], bytes]:
    return picture.shape, picture.tobytes()


def _not_finite(transformer: KaleidoTransformer) -> str:
    half = transformer.patch_embedding.weight.dtype == torch.float16
    advice = "fp16 is too narrow for it: choose --set dtype=bf16" if half else "weights are damaged: copy them again"
    return f"sampling gave numbers that are not finite (NaN); {advice}, or lower the guidance"


def _line(request: VideoRequest) -> str:
    return SEPARATOR.join([request.prompt, *request.picture_names])


def _set_attention(transformer: KaleidoTransformer, name: str) -> None:
    from diffusers.models.attention_dispatch import AttentionBackendName

    try:
        with quiet_libraries():  # of a warning that this part of diffusers is young
            transformer.set_attention_backend(name)
    except (ValueError, RuntimeError, ImportError) as error:
        known = ", ".join(backend.value for backend in AttentionBackendName)
        reason = " ".join(str(error).split())
        raise InputError(f"attention {name}: cannot be used here ({reason:.160}); diffusers knows {known}") from error
