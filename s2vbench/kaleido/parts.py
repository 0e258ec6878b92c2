"""The files of a bundle's parts: found, complete, of a kind that can be loaded, and what they say of themselves.

Only headers are read here, so a missing shard or a cut-off download is known before gigabytes are loaded.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError, MissingError
from s2vbench.files import sha256_of_file
from s2vbench.kaleido.settings import PartSource, Settings, changed, read_settings

WAN_VAE = "Wan2.1_VAE.pth"
PARTS = ("transformer", "vae", "text_encoder", "tokenizer")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_BYTES = {"F32": 4, "F16": 2, "BF16": 2}
_HEADER_LIMIT_BYTES = 100 << 20


@dataclass(frozen=True)
class Part:
    """One part of a bundle, its files checked."""

    name: str
    place: Path
    """Its folder; for a VAE also a single .pth file."""
    files: tuple[Path, ...]
    """Its configuration and what holds its numbers; for the tokenizer, its tables."""
    num_parameters: int

    @property
    def config(self) -> dict[str, Any]:
        """Its `config.json`; empty where it has none.

        Raises:
            InputError: it is no JSON object.
        """
        file = self.place / "config.json"
        return _json_object(file) if file.is_file() else {}


@dataclass(frozen=True)
class BundleFiles:
    """A bundle that lies complete on the disk and is not loaded yet."""

    folder: Path
    settings: Settings
    parts: Mapping[str, Part]

    def digests(self) -> dict[str, str]:
        """SHA-256 of every file that can change a video, by part and file name."""
        return digests(self.folder, self.settings, dict(self.parts))


def local_folder(place: str | Path, *, patterns: list[str] | None = None, revision: str | None = None) -> Path:
    """The folder behind a path or the id of a hub repository, fetched to the hub's cache if need be.

    Args:
        place: a folder, or "owner/name".
        patterns: which files of a repository are wanted; all where None.
        revision: commit, tag or branch of a repository.

    Raises:
        InputError: neither a folder nor an id. MissingError: the repository is not here and cannot be fetched.
    """
    path = Path(place).expanduser()
    if path.exists():
        return path
    name = str(place)
    if not _HUB_ID.fullmatch(name):
        raise InputError(f"{place}: no such folder; give a folder, or the owner/name of a hub repository")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=patterns))
    except Exception as error:
        # Offline, no such repository, no permission, a connection that broke: each client version has its own kinds.
        what = " ".join(f"--include '{pattern}'" for pattern in patterns or ())
        at = f" --revision {revision}" if revision else ""
        raise MissingError(
            f"{name}: neither a folder here nor in the hub's cache, and it cannot be fetched "
            f"({type(error).__name__}); fetch it with `hf download {name}{at} {what}".rstrip()
            + "` where there is a network"
        ) from error


def find_bundle(
    place: str | Path, changes: Mapping[str, Any] | None = None, *, revision: str | None = None
) -> BundleFiles:
    """A bundle by folder or hub id, its files checked and nothing loaded.

    Args:
        place: a folder, or "owner/name" of a hub repository that holds a bundle.
        changes: settings that replace those of `kaleido.json`.
        revision: of the repository.

    Raises:
        InputError: it is no bundle, a part or shard is missing or cut off, a digest differs, or a setting is wrong.
        MissingError: something must be fetched and cannot be.
    """
    folder = local_folder(place, revision=revision)
    settings = changed(read_settings(folder), changes or {})
    parts = find_parts(folder, settings)
    check_digests(folder, settings)
    return BundleFiles(folder, settings, parts)


def find_parts(folder: Path, settings: Settings) -> dict[str, Part]:
    """Every part of a bundle with its files, all of them looked at.

    Raises:
        InputError: a part, a shard or a table is missing, cut off, or of a kind that cannot be loaded.
        MissingError: a part lies in a hub repository that cannot be fetched.
    """
    return {name: find_part(folder, settings, name) for name in PARTS}


def find_part(folder: Path, settings: Settings, name: str) -> Part:
    """One part of a bundle with its files, all of them looked at.

    Raises:
        InputError: it is missing, cut off, or of a kind that cannot be loaded.
        MissingError: it lies in a hub repository that cannot be fetched.
    """
    place = folder / name
    if name == "vae" and not place.is_dir() and (folder / WAN_VAE).is_file():
        place = folder / WAN_VAE
    elif not place.is_dir():
        place = _elsewhere(name, settings.parts.get(name), folder)
    return _tokenizer(place) if name == "tokenizer" else find_network(name, place)


def check_digests(folder: Path, settings: Settings) -> None:
    """Compare the files below a bundle's folder with the digests that its `kaleido.json` states.

    Raises:
        InputError: one differs or is missing.
    """
    for name, stated in settings.weights.items():
        file = folder / name
        if not file.is_file():
            raise InputError(f"{file}: missing, though kaleido.json states its digest; copy the whole bundle again")
        if (found := sha256_of_file(file)) != stated:
            raise InputError(
                f"{file}: SHA-256 is {found[:12]}..., kaleido.json states {stated[:12]}...; copy the file again, or "
                "take its line out of kaleido.json if you changed it yourself"
            )


def digests(folder: Path, settings: Settings, parts: dict[str, Part]) -> dict[str, str]:
    """SHA-256 of every file of every part, by part and file name."""
    found = {}
    for part in parts.values():
        for file in part.files:
            inside = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else None
            found[f"{part.name}/{file.name}"] = settings.weights.get(inside or "") or sha256_of_file(file)
    return found


def _elsewhere(name: str, source: PartSource | None, folder: Path) -> Path:
    if source is None:
        raise InputError(
            f"{folder}: the part {name!r} is missing; copy its folder there, or say in kaleido.json where it lies "
            f'("parts": {{"{name}": {{"source": "owner/name or folder", "subfolder": "{name}"}}}})'
        )
    beside = folder / source.source
    if beside.exists():
        place = beside
    else:
        patterns = [f"{source.subfolder}/*"] if source.subfolder else None
        place = local_folder(source.source, patterns=patterns, revision=source.revision)
    place = place / source.subfolder if source.subfolder else place
    if not place.exists():
        raise InputError(f"{place}: no such folder; correct what kaleido.json says of {name!r}")
    return place


def find_network(name: str, place: Path) -> Part:
    """One network of a bundle, its files looked at and not loaded.

    Raises:
        InputError: a file is missing, cut off, or of a kind that cannot be loaded.
    """
    if place.is_file():
        if name != "vae" or place.suffix != ".pth":
            raise InputError(f"{place}: the part {name!r} must be a folder with config.json and safetensors")
        return Part(name, place, (place,), place.stat().st_size // 4)
    if not (place / "config.json").is_file():
        raise InputError(f"{place}: has no config.json, so {name!r} cannot be built; copy the whole folder again")
    _json_object(place / "config.json")
    files = _shards(place)
    return Part(name, place, (place / "config.json", *files), sum(num_parameters(file) for file in files))


def _json_object(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise InputError(f"{file}: not JSON ({error}); copy the whole folder again") from error
    if not isinstance(content, dict):
        raise InputError(f"{file}: must hold a JSON object, not {type(content).__name__}; copy the whole folder again")
    return content


def _tokenizer(place: Path) -> Part:
    tables = ("tokenizer.json", "spiece.model", "tokenizer_config.json", "special_tokens_map.json")
    files = tuple(place / table for table in tables if (place / table).is_file())
    if not any(file.name in tables[:2] for file in files):
        raise InputError(f"{place}: holds no tokenizer (neither tokenizer.json nor spiece.model); copy it again")
    return Part("tokenizer", place, files, 0)


def _shards(place: Path) -> tuple[Path, ...]:
    """The safetensors of a folder: those that its index names, or the only one."""
    indexes = sorted(place.glob("*.safetensors.index.json"))
    if indexes:
        try:
            names = sorted(set(json.loads(indexes[0].read_text(encoding="utf-8"))["weight_map"].values()))
            beside = all(Path(name).name == name for name in names)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(f"{indexes[0]}: not an index of shards; copy the folder again") from error
        except OSError as error:
            raise InputError(f"{indexes[0]}: cannot be read ({error.strerror or error})") from error
        if not names or not beside:
            raise InputError(f"{indexes[0]}: must name files beside it; copy the folder again")
        missing = [name for name in names if not (place / name).is_file()]
        if missing:
            raise InputError(
                f"{place}: {len(missing)} of {len(names)} shards are missing ({', '.join(missing[:3])}"
                f"{', ...' if len(missing) > 3 else ''}); copy or fetch them"
            )
        return tuple(place / name for name in names)
    files = tuple(sorted(place.glob("*.safetensors")))
    if len(files) == 1:
        return files
    if files:
        raise InputError(
            f"{place}: holds {len(files)} safetensors files and no index that says how they belong together"
        )
    hint = " (only pickled .bin files, which are not read)" if any(place.glob("*.bin")) else ""
    raise InputError(f"{place}: holds no safetensors{hint}; copy the weights there")


def num_parameters(file: Path) -> int:
    """How many numbers a safetensors file holds, after a check that all of them are there.

    Raises:
        InputError: it is cut off, no safetensors, or holds numbers of a kind that cannot be computed with.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or length > min(size - 8, _HEADER_LIMIT_BYTES):
                raise InputError(f"{file}: cut off or no safetensors ({size:,} bytes); copy or fetch it again")
            found = _extents(json.loads(stream.read(length)))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise InputError(f"{file}: no safetensors (its header makes no sense); copy or fetch it again") from error
    wanted = 8 + length + max((end for _, _, end in found.values()), default=0)
    if size < wanted:
        raise InputError(f"{file}: cut off ({size:,} of {wanted:,} bytes); copy or fetch it again")
    for key, (dtype, _, _) in found.items():
        if dtype not in _BYTES:
            raise InputError(
                f"{file}: {key} is stored as {dtype}; only {', '.join(_BYTES)} can be loaded, so take the "
                "unquantised weights"
            )
    return sum(count for _, count, _ in found.values())


def _extents(header: Any) -> dict[str, tuple[str, int, int]]:
    """Kind of number, how many of them, and where they end, of every tensor of a safetensors header."""
    return {
        key: (str(facts["dtype"]), math.prod(map(int, facts["shape"])), int(facts["data_offsets"][1]))
        for key, facts in header.items()
        if key != "__metadata__"
    }
