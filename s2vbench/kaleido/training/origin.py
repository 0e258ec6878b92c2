"""What a training begins with, found on disk or in the hub's cache; nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from s2vbench.errors import InputError
from s2vbench.kaleido.generator import place_named
from s2vbench.kaleido.parts import WAN_VAE, find_part, local_folder
from s2vbench.kaleido.settings import SETTINGS_FILE, PartSource, Settings, read_settings
from s2vbench.kaleido.training import checkpoints
from s2vbench.kaleido.training.config import NEW, ModelSection

RELEASED_TEXT_LENGTH: Final = 512
BESIDE: Final = ("vae", "text_encoder", "tokenizer")
"""The frozen parts beside the transformer."""
_CONFIGS: Final = (SETTINGS_FILE, "config.json", "transformer/config.json", "vae/config.json")
_WEIGHTS: Final = (SETTINGS_FILE, "config.json", "diffusion_pytorch_model*", "transformer/*", WAN_VAE)


@dataclass(frozen=True)
class Origin:
    """What [model] init and its neighbours stand for, found on disk."""

    transformer: Path | None
    """Folder of a diffusers transformer or of a checkpoint; None for a new one."""
    vae: str | None
    text_encoder: str | None
    tokenizer: str | None
    text_length: int
    settings: Settings = field(default_factory=Settings)
    """What the model samples with; the release's where nothing is said."""
    hub: Mapping[str, PartSource] = field(default_factory=dict)
    """Of the parts that come from a repository of the hub, which."""


def find_origin(settings: ModelSection, *, weights: bool = True) -> Origin:
    """Where the parts lie; nothing is loaded.

    Args:
        settings: of the run.
        weights: False fetches only the configurations of a hub's repository, and looks at no weights.

    Raises:
        InputError: a folder is none of those that training can begin with.
        MissingError: something must be fetched and cannot be.
    """
    transformer, bundle = None, None
    found: dict[str, tuple[str | None, PartSource | None]] = {}
    if settings.init != NEW:
        wanted = [name for name in BESIDE if getattr(settings, name) is None]
        folder = model_folder(settings.init, [*_WEIGHTS, *(f"{name}/*" for name in wanted)] if weights else [*_CONFIGS])
        bundle = read_settings(folder) if (folder / SETTINGS_FILE).is_file() else None
        fetched = PartSource(source=settings.init) if _is_remote(place_named(settings.init)) else None
        found = {name: _beside(name, folder, bundle, fetched, weights=weights) for name in wanted}
        transformer = _transformer_in(folder)
    for name in BESIDE:
        if (own := getattr(settings, name)) is not None:
            place = place_named(own)
            found[name] = str(place), PartSource(source=own, subfolder=name) if _is_remote(place) else None
    places = {name: place for name, (place, _) in found.items()}
    return Origin(
        transformer,
        places.get("vae"),
        places.get("text_encoder"),
        places.get("tokenizer"),
        settings.text_length or (bundle.text_length if bundle else RELEASED_TEXT_LENGTH),
        bundle or Settings(),
        {name: source for name, (_, source) in found.items() if source is not None},
    )


def model_folder(place: str, patterns: list[str] | None = None) -> Path:
    """The folder behind a path, a hub id, or a name such as "kaleido:mini".

    Args:
        place: one of these.
        patterns: the files of a repository that are wanted; all where None.

    Raises:
        InputError: no such folder or name. MissingError: it must be fetched and cannot be.
    """
    return local_folder(place_named(place), patterns=patterns)


def _is_remote(place: str | Path) -> bool:
    return not Path(place).expanduser().exists()


def _beside(
    name: str, folder: Path, bundle: Settings | None, fetched: PartSource | None, *, weights: bool
) -> tuple[str | None, PartSource | None]:
    """Where a part of a model lies, and in which repository if it comes from one; None where the model lacks it."""
    within = fetched.model_copy(update={"subfolder": name}) if fetched else None
    own = (folder / name).is_dir() or (name == "vae" and (folder / WAN_VAE).is_file())
    source = bundle.parts.get(name) if bundle else None
    if own and (bundle is None or not weights):
        return str(folder / name if (folder / name).is_dir() else folder / WAN_VAE), within
    if bundle is None or not (own or source):
        return None, None
    if own or source is None:
        return str(find_part(folder, bundle, name).place), within
    remote = source if not (folder / source.source).exists() and _is_remote(source.source) else None
    if remote and not weights:
        return remote.source, remote
    return str(find_part(folder, bundle, name).place), remote


def _transformer_in(folder: Path) -> Path:
    found = _weights_in(folder)
    card = checkpoints.card_of(found)
    if card is not None and "lora.rank" in card.identity:
        raise InputError(f"[model] init {found}: holds an adapter only; begin with what it was trained on")
    return found


def _weights_in(folder: Path) -> Path:
    if checkpoints.card_of(folder) is not None or (folder / "config.json").is_file():
        return folder
    if (folder / "transformer" / "config.json").is_file():
        return folder / "transformer"
    root = folder / "checkpoints" if (folder / "checkpoints").is_dir() else folder
    if (found := checkpoints.newest(root)) is not None:
        return found[0]
    raise InputError(
        f"[model] init {folder}: neither a transformer (config.json), nor a model (transformer/), nor a checkpoint or "
        "run of this trainer; give one, or 'new'"
    )
