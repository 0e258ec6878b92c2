"""A bundle: everything one needs to sample, in one folder.

kaleido.json     settings (see `settings.py`), and where parts lie that are not here
transformer/     KaleidoTransformer, as diffusers saves it
vae/             AutoencoderKLWan (a `Wan2.1_VAE.pth` may stand in for it)
text_encoder/    UMT5EncoderModel
tokenizer/       its tokenizer
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write, sha256_of_file
from s2vbench.kaleido.parts import PARTS, BundleFiles, Part, find_bundle, find_parts
from s2vbench.kaleido.portable import forget_places, remove_weights
from s2vbench.kaleido.settings import Settings, write_settings
from s2vbench.kaleido.text import TextEncoder
from s2vbench.kaleido.transformer import KaleidoTransformer

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory."""

    transformer: KaleidoTransformer
    vae: Any
    """A diffusers `AutoencoderKLWan`."""
    text: TextEncoder
    settings: Settings = field(default_factory=Settings)


def load_bundle(
    place: str | Path | BundleFiles,
    *,
    device: str | torch.device = "cpu",
    dtype: str = "fp32",
    changes: Mapping[str, Any] | None = None,
) -> Bundle:
    """Load a bundle strictly; see `memory.check_memory` for what to ask first.

    Args:
        place: a folder, a hub id, or what `find_bundle` found.
        device: where the parts go; the CPU where they are to be moved one at a time later.
        dtype: "fp32", "bf16" or "fp16" for transformer and text encoder; the VAE computes in float32 always.
        changes: settings that replace those of `kaleido.json`.

    Raises:
        InputError: see `find_bundle`; or keys are missing, unexpected or of another shape.
        MissingError: something must be fetched and cannot be.
    """
    if dtype not in DTYPES:
        raise InputError(f"dtype {dtype}: must be one of {', '.join(DTYPES)}")
    files = place if isinstance(place, BundleFiles) else find_bundle(place, changes)
    parts, settings = files.parts, files.settings
    transformer = load_transformer(parts["transformer"], DTYPES[dtype], settings)
    text = TextEncoder(
        load_text_encoder(parts["text_encoder"], DTYPES[dtype]),
        load_tokenizer(parts["tokenizer"]),
        settings.text_length,
    )
    bundle = Bundle(transformer, load_vae(parts["vae"]), text, settings)
    for network in (bundle.transformer, bundle.vae, bundle.text.encoder):
        network.requires_grad_(False).eval().to(device)
    return bundle


def load_transformer(part: Part, dtype: torch.dtype, settings: Settings) -> KaleidoTransformer:
    """The transformer of a bundle.

    Raises:
        InputError: its weights do not fit its configuration.
    """
    positions = {} if settings.positions is None else {"positions": settings.positions}
    found: KaleidoTransformer = _strictly(
        part,
        lambda: KaleidoTransformer.from_pretrained(
            str(part.place), torch_dtype=dtype, output_loading_info=True, local_files_only=True, **positions
        ),
    )
    return found


def load_vae(part: Part) -> Any:
    """The VAE of a bundle, in float32.

    Raises:
        InputError: its weights do not fit its configuration, or a .pth file is not Wan's.
    """
    from diffusers import AutoencoderKLWan

    if part.place.is_file():
        return _vae_from_pth(part.place)
    return _strictly(
        part,
        lambda: AutoencoderKLWan.from_pretrained(
            str(part.place), torch_dtype=torch.float32, output_loading_info=True, local_files_only=True
        ),
    )


def save_bundle(
    folder: Path,
    *,
    transformer: KaleidoTransformer,
    vae: Any,
    text_encoder: Any,
    tokenizer: Any,
    settings: Settings,
    dtype: str = "fp32",
    max_shard_size: str = "10GB",
) -> Settings:
    """Write a bundle with the digests of its files; `load_bundle` reads it.

    Args:
        folder: where it goes; made if need be.
        transformer: its transformer.
        vae: its VAE.
        text_encoder: its text encoder.
        tokenizer: the tokenizer.
        settings: what it samples with.
        dtype: what its numbers are stored as ("fp16" halves the files).
        max_shard_size: of one file of weights, "12MB"; a single tensor above it has a file of its own.

    Returns:
        The settings as written, with digests.

    Raises:
        OutputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with quiet_libraries():
            for name, part in (("transformer", transformer), ("vae", vae), ("text_encoder", text_encoder)):
                stored = _stored(part, DTYPES[dtype])
                remove_weights(folder / name)
                stored.save_pretrained(str(folder / name), max_shard_size=max_shard_size)
        tokenizer.save_pretrained(str(folder / "tokenizer"))
        for name in PARTS:
            forget_places(folder / name)
            for file in (folder / name).iterdir():
                file.chmod(0o644)  # safetensors writes for the owner alone
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    own = settings.model_copy(update={"parts": {}, "weights": {}})
    files = sorted(file for part in find_parts(folder, own).values() for file in part.files)
    written = own.model_copy(
        update={"weights": {file.relative_to(folder).as_posix(): sha256_of_file(file) for file in files}}
    )
    write_settings(folder, written)
    return written


def _stored(network: Any, dtype: torch.dtype) -> Any:
    """A copy in main memory with its numbers in `dtype`; diffusers' own `.to` would warn of layers kept in float32."""
    copied = copy.deepcopy(network).cpu()
    for numbers in (*copied.parameters(), *copied.buffers()):
        if numbers.is_floating_point():
            numbers.data = numbers.data.to(dtype)
    return copied


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Loading takes a second or is told of elsewhere; bars of other libraries would tear ours.

    Their reports of keys that do not fit are silenced too: `_strictly` makes one line of them.
    """
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    libraries = (diffusers_logging, transformers_logging)
    enabled = [library for library in libraries if library.is_progress_bar_enabled()]
    said = [(library, library.get_verbosity()) for library in libraries]
    for library in libraries:
        library.disable_progress_bar()
        library.set_verbosity(logging.CRITICAL)
    try:
        yield
    finally:
        for library, verbosity in said:
            library.set_verbosity(verbosity)
        for library in enabled:
            library.enable_progress_bar()


def load_text_encoder(part: Part, dtype: torch.dtype) -> Any:
    """The text encoder of a bundle.

    Raises:
        InputError: its weights do not fit its configuration.
    """
    from transformers import UMT5EncoderModel

    return _strictly(
        part,
        lambda: UMT5EncoderModel.from_pretrained(
            str(part.place), dtype=dtype, output_loading_info=True, local_files_only=True
        ),
    )


def load_tokenizer(part: Part) -> Any:
    """The tokenizer of a bundle.

    Raises:
        InputError: its tables cannot be read.
    """
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(str(part.place), local_files_only=True)
    except Exception as error:
        # Its reader in Rust raises plain exceptions.
        raise InputError(
            f"{part.place}: not a tokenizer that can be read ({_one_line(error)}); copy it again"
        ) from error


def _strictly(part: Part, load: Callable[[], tuple[Any, dict[str, Any]]]) -> Any:
    """A network with all of its weights and no others."""
    try:
        with quiet_libraries():
            network, info = load()
    except Exception as error:
        # Two libraries build networks from whatever a config.json says; what they raise then is any kind.
        raise InputError(
            f"{part.place}: cannot be loaded as {part.name} ({_one_line(error)}); copy it again"
        ) from error
    for what in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        wrong = [str(key) for key in info.get(what) or ()]
        if wrong:
            raise InputError(
                f"{part.place}: weights and config.json do not fit: {len(wrong)} {what.replace('_', ' ')} "
                f"({', '.join(wrong[:3])}{', ...' if len(wrong) > 3 else ''}); copy the folder again"
            )
    return network


def _vae_from_pth(file: Path) -> Any:
    from diffusers import AutoencoderKLWan
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        # torch raises a dozen kinds of exception for damaged files; all of them mean the same to the user.
        raise InputError(f"{file}: not a readable checkpoint, perhaps cut off ({_one_line(error)})") from error
    vae = AutoencoderKLWan()
    try:
        vae.load_state_dict(convert_wan_vae_to_diffusers(state), strict=True)
    except (RuntimeError, AttributeError, KeyError) as error:
        raise InputError(f"{file}: not the VAE of Wan 2.1 ({_one_line(error)})") from error
    return vae.float()


def _one_line(error: Exception) -> str:
    said = " ".join(str(error).split())[:200]
    if "ignore_mismatched_sizes" in said:
        return "its weights do not have the sizes that config.json gives"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
