"""Kaleido as a model of `s2vbench generate`: embedded, released, or any bundle. No torch before videos are made."""

from __future__ import annotations

import importlib.metadata
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from s2vbench.errors import InputError, MissingError, PictureError
from s2vbench.files import inside
from s2vbench.generators.base import GenerationError, GenerationJob, ModelFamily, VideoShape
from s2vbench.kaleido.options import Options, flag, options_of
from s2vbench.kaleido.parts import BundleFiles, find_bundle, local_folder
from s2vbench.kaleido.settings import CHANGEABLE, RELEASED_FILES, SETTINGS_FILE, Settings, check_size, read_settings
from s2vbench.resources import package_folder
from s2vbench.types import Case
from s2vbench.video.encode import write_video
from s2vbench.video.pictures import read_picture

if TYPE_CHECKING:
    from s2vbench.kaleido.pipeline import KaleidoPipeline, VideoRequest

PIPELINE_VERSION: Final = 1
"""Raised when equal weights, settings and seeds give other pixels."""
EMBEDDED: Final = "kaleido/weights/mini"
RELEASED_FOLDER: Final = "kaleido-14b"
NAMED: Final = "kaleido:"
SHAPE_SETTINGS: Final = ("height_px", "width_px", "num_frames", "fps")
MAKING: Final = {
    "device": "auto, cpu, cuda, cuda:1",
    "dtype": "fp32, bf16 or fp16; by default bf16 on a GPU, fp32 on a CPU",
    "official_prompt_tail": "true: the text encoder reads prompt@@picture@@picture, as the released script has it",
    "offload": "true: only the part at work is on the GPU",
    "attention": "a backend of diffusers: native, flash, sage, ...",
    "compile": "a backend of torch.compile: inductor",
    "tiling": "true: decode in tiles, for less memory",
    "branches": "batched or sequential: how guidance's two branches run",
}
SETTINGS: Final = {key: what for key, what in CHANGEABLE.items() if key not in SHAPE_SETTINGS} | MAKING


@dataclass(frozen=True)
class KaleidoGenerator:
    """A bundle that makes the videos of cases."""

    files: BundleFiles
    device: str
    dtype: str
    official_prompt_tail: bool
    options: Options
    writes_truth: bool = False

    @property
    def batch_size(self) -> int:
        """How many videos it makes at once."""
        return self.files.settings.batch_size

    def batch_key(self, job: GenerationJob) -> int:
        """Cases with equally many subjects run together."""
        return len(job.case.references)

    def identity(self) -> dict[str, str]:
        """Weights, settings and versions; nothing that changes rounding alone."""
        settings = self.files.settings.model_dump(exclude={"parts", "weights", "batch_size", "schema_version"})
        settings["positions"] = settings["positions"] or self.files.parts["transformer"].config.get("positions")
        versions = {
            name: importlib.metadata.version(name) for name in ("s2vbench", "torch", "diffusers", "transformers")
        }
        return {
            "pipeline": str(PIPELINE_VERSION),
            "dtype": self.dtype,
            "official_prompt_tail": str(self.official_prompt_tail).lower(),
            "attention": self.options.attention or "native",
            "tiling": str(self.options.tiling).lower(),
            **{key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()},
            **{f"sha256 {name}": digest for name, digest in self.files.digests().items()},
            **versions,
        }

    def generate(self, job: GenerationJob) -> None:
        """Make the video of one case.

        Raises:
            GenerationError: the case has no usable pictures or prompt, too many subjects, or memory ran out.
        """
        (outcome,) = self.generate_batch([job], [True], lambda _: None)
        if outcome is not None:
            raise outcome

    def generate_batch(
        self, jobs: Sequence[GenerationJob], needed: Sequence[bool], progress: Callable[[float], None]
    ) -> list[Exception | None]:
        """Make the videos of cases with equally many subjects.

        Raises:
            InputError: the weights cannot be loaded, or do not fit into memory.
        """
        outcomes: list[Exception | None] = []
        requests: list[VideoRequest | None] = []
        for job in jobs:
            try:
                requests.append(self._request(job))
                outcomes.append(None)
            except GenerationError as error:
                requests.append(None)
                outcomes.append(error)
        good = [index for index, request in enumerate(requests) if request is not None]
        if not any(needed[index] for index in good):
            return outcomes
        try:
            videos = self.pipeline.generate(
                [request for request in requests if request is not None],
                official_prompt_tail=self.official_prompt_tail,
                progress=lambda done, total: progress(done / total),
            )
        except GenerationError as error:
            return [outcome or error for outcome in outcomes]
        for index, frames_THWC in zip(good, videos, strict=True):
            if needed[index]:
                write_video(jobs[index].video, frames_THWC, self.files.settings.fps)
        return outcomes

    @cached_property
    def pipeline(self) -> KaleidoPipeline:
        """The networks, loaded when they are first needed.

        Raises:
            InputError: they cannot be loaded, or do not fit into memory.
        """
        import torch

        from s2vbench.kaleido.bundle import load_bundle
        from s2vbench.kaleido.memory import check_memory
        from s2vbench.kaleido.pipeline import KaleidoPipeline

        device = torch.device(self.device)
        check_memory(self.files, device=device, dtype=self.dtype, options=self.options)
        place = "cpu" if self.options.offload else device
        return KaleidoPipeline(
            load_bundle(self.files, device=place, dtype=self.dtype), device=device, options=self.options
        )

    def _request(self, job: GenerationJob) -> VideoRequest:
        from s2vbench.kaleido.pipeline import VideoRequest, check_count, check_request

        case = job.case
        names = first_pictures(case)
        try:
            check_count(len(names), self.files.settings)
            pictures = [read_picture(inside(job.folder, name, where=f"case {case.id}")) for name in names]
            request = VideoRequest(case.prompt, tuple(picture.rgb_HWC for picture in pictures), job.seed, names)
            check_request(request, self.files.settings)
        except (InputError, PictureError) as error:
            raise GenerationError(str(error)) from error
        return request


def first_pictures(case: Case) -> tuple[str, ...]:
    """What Kaleido sees of a case: the first picture of each of its references, in their order.

    Raises:
        GenerationError: a reference has no picture.
    """
    for reference in case.references:
        if not reference.images:
            raise GenerationError(f"reference {reference.id!r} has no picture; Kaleido needs one of each subject")
    return tuple(reference.images[0] for reference in case.references)


def kaleido_model(variant: str, shape: VideoShape, settings: Mapping[str, str] | None = None) -> KaleidoGenerator:
    """The generator of a variant: "mini", "14b", a bundle's folder, or a hub repository "owner/name".

    Args:
        variant: what follows "kaleido:".
        shape: size and length of the videos.
        settings: of `SETTINGS`.

    Raises:
        InputError: no such variant, a setting or size is wrong, or the bundle is incomplete.
        MissingError: weights must be fetched or converted first.
    """
    given = dict(settings or {})
    check_size(shape.height_px, shape.width_px, shape.num_frames)
    options = options_of(given)
    tail = flag(given, "official_prompt_tail")
    device = _device(given.get("device", "auto"))
    dtype = given.get("dtype", "fp32" if device == "cpu" else "bf16")
    if dtype not in {"fp32", "bf16", "fp16"}:
        raise InputError(f"--set dtype={dtype}: must be fp32, bf16 or fp16")
    changes: dict[str, Any] = {key: value for key, value in given.items() if key in CHANGEABLE}
    if str(changes.get("positions", "")).startswith("{"):
        changes["positions"] = _json_object("positions", changes["positions"])
    changes |= {key: getattr(shape, key) for key in SHAPE_SETTINGS}
    return KaleidoGenerator(find_bundle(place_of(variant), changes), device, dtype, tail, options)


def usual_shape(variant: str) -> VideoShape:
    """The shape that a bundle's settings name.

    Raises:
        InputError: no such variant, or no bundle. MissingError: it must be fetched first.
    """
    # Of a repository these two alone: a wrong size is said before gigabytes are fetched.
    patterns = [SETTINGS_FILE, "transformer/config.json", *RELEASED_FILES]
    settings: Settings = read_settings(local_folder(place_of(variant), patterns=patterns))
    return VideoShape(settings.width_px, settings.height_px, settings.num_frames, settings.fps)


def place_of(variant: str) -> Path | str:
    """The folder or hub id behind what follows "kaleido:".

    Raises:
        InputError: neither a name nor a place. MissingError: the weights of a name are not here.
    """
    if variant in {"", "mini"}:
        folder = package_folder(EMBEDDED)
        if not (folder / SETTINGS_FILE).is_file():
            raise MissingError(
                f"kaleido:mini: this installation lacks the embedded weights ({folder}); install it again with "
                "`pip install --force-reinstall s2vbench`"
            )
        return folder
    if variant == "14b":
        return _released()
    if "/" in variant or Path(variant).expanduser().is_dir():
        return variant
    raise InputError(
        f"--model kaleido:{variant}: no such variant; there are mini and 14b, or give a bundle's folder "
        "(kaleido:./folder) or a hub repository (kaleido:owner/name)"
    )


def place_named(name: str) -> Path | str:
    """A place as training and encoding are given it: a folder, a hub id, or a name such as "kaleido:mini".

    Raises:
        InputError: no such name. MissingError: the weights of a name are not here.
    """
    return place_of(name.removeprefix(NAMED)) if name.startswith(NAMED) else name


def _released() -> Path:
    folder = Path(os.environ.get("S2VBENCH_WEIGHTS") or "weights").expanduser() / RELEASED_FOLDER
    if (folder / "transformer" / "config.json").is_file():
        return folder
    raise MissingError(
        f"kaleido:14b: not at {folder}; fetch and convert it with `hf download zai-org/Kaleido-14B-S2V --local-dir "
        f"Kaleido-14B-S2V && s2vbench kaleido convert Kaleido-14B-S2V/model {folder}/transformer --dtype bf16` "
        "(baselines/kaleido/README.md), or name another folder with S2VBENCH_WEIGHTS or --model kaleido:<folder>"
    )


def _device(name: str) -> str:
    import torch

    cuda = torch.cuda.is_available()
    if name == "auto":
        return "cuda" if cuda else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"--set device={name}: no such device; choose auto, cpu or cuda") from error
    if device.type not in {"cpu", "cuda"}:
        raise InputError(f"--set device={name}: not a device that Kaleido computes on; choose auto, cpu or cuda")
    if device.type == "cuda" and (not cuda or (device.index or 0) >= torch.cuda.device_count()):
        raise InputError(f"--set device={name}: this machine has {torch.cuda.device_count()} GPUs; choose auto or cpu")
    return name


def _json_object(key: str, text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError) as error:
        raise InputError(f"--set {key}={text}: not a JSON object ({error})") from error


KALEIDO: Final = ModelFamily(
    summary="the reference model: subjects of reference pictures by R-RoPE",
    build=kaleido_model,
    variants={
        "mini": "embedded: 80x64 px, trained in the rendered world; what `kaleido` means unless the profile is paper",
        "14b": "Kaleido-14B (arXiv 2510.18573): 896x512 px, 81 frames, on a GPU",
    },
    usual_shape=usual_shape,
    settings=SETTINGS,
    usual_variants={"": "mini", "paper": "14b"},
)
