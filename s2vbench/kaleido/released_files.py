"""Reading released checkpoints of tens of GB tensor by tensor: mapped from the disk, never whole in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from s2vbench.errors import InputError
from s2vbench.files import inside
from s2vbench.kaleido.release import is_released_name

WINDOW_BYTES = 128 << 20
"""As much of a file is read before it is mapped anew: pages that were read count as this process' memory until then."""
SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".safetensors")
_BEFORE_1_6 = bytes.fromhex("8a0a6cfc9c46f9206aa850192e")
"""The magic number that such files begin with, pickled."""
_WRAPPERS = ("module", "state_dict", "model")
_SAFETENSORS_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
}


@dataclass(frozen=True)
class Stored:
    """A tensor that still lies on the disk."""

    shape: tuple[int, ...]
    dtype: Any
    """torch's, or the file's own name where torch has none."""
    file: Path


class _File(Protocol):
    path: Path

    def stored(self) -> dict[str, Any]:
        """Name -> Stored, or whatever else lies under that name."""

    def tensor(self, key: str) -> Tensor:
        """A tensor whose values are read from the disk when they are used."""

    def remap(self) -> None:
        """Forget which pages were read."""


class _TorchFile:
    """What `torch.save` wrote. No code in it is run: objects of unknown classes become inert."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remap()

    def remap(self) -> None:
        try:
            content = self._load()
        except Exception as error:
            # torch raises a dozen kinds of exception for damaged files; all of them mean the same to the user.
            raise InputError(_unreadable(self.path, error)) from error
        self._tensors = _unwrapped(content, self.path)

    def _load(self) -> Any:
        unknown = torch.serialization.get_unsafe_globals_in_checkpoint(self.path)
        stand_ins = [(_inert(name), name) for name in unknown]
        with torch.serialization.safe_globals(stand_ins):  # type: ignore[arg-type]
            return torch.load(self.path, map_location="cpu", mmap=True, weights_only=True)

    def stored(self) -> dict[str, Any]:
        return {
            str(key): Stored(tuple(value.shape), value.dtype, self.path) if isinstance(value, Tensor) else value
            for key, value in self._tensors.items()
        }

    def tensor(self, key: str) -> Tensor:
        found: Tensor = self._tensors[key]
        return found


class _SafetensorsFile:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: Any = None
        self.remap()

    def remap(self) -> None:
        from safetensors import safe_open

        try:
            self._open = safe_open(self.path, framework="pt")
        except Exception as error:
            raise InputError(_unreadable(self.path, error)) from error

    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in self._open.keys():  # noqa: SIM118 -- no mapping
            part = self._open.get_slice(key)
            name = part.get_dtype()
            found[key] = Stored(tuple(part.get_shape()), _SAFETENSORS_DTYPES.get(name, name), self.path)
        return found

    def tensor(self, key: str) -> Tensor:
        found: Tensor = self._open.get_tensor(key)
        return found


class ReleasedFiles(Mapping[str, Any]):
    """The tensors of a checkpoint: name -> `Stored` (or whatever else lies there), and `read` for their values.

    Args:
        source: a file of `torch.save` or safetensors; or a folder of such files, with an index or without. In a folder
            without, files that hold nothing of a released transformer (VAE, text encoder) are left out.

    Raises:
        InputError: there is no such file, it is damaged, a shard is missing, or two files hold the same tensor.
    """

    def __init__(self, source: Path) -> None:
        self.source = source
        self._stored: dict[str, Any] = {}
        self._files: dict[str, _File] = {}
        self._since_mapped: dict[Path, int] = {}
        if source.is_dir():
            self._add_folder(source)
        elif source.is_file():
            self._add(_opened(source))
        else:
            raise InputError(f"{source}: no such file or folder; give the released checkpoint")

    def __getitem__(self, key: str) -> Any:
        return self._stored[key]

    def __iter__(self) -> Any:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def read(self, key: str) -> Tensor:
        """The values of a tensor; let go of it before reading many others, as it keeps its file mapped."""
        file = self._files[key]
        tensor = file.tensor(key)
        read = self._since_mapped.get(file.path, 0) + tensor.nbytes
        if read > WINDOW_BYTES:
            del tensor
            file.remap()
            tensor = file.tensor(key)
            read = tensor.nbytes
        self._since_mapped[file.path] = read
        return tensor

    def _add(self, file: _File, only: set[str] | None = None) -> None:
        for key, value in file.stored().items():
            if only is not None and key not in only:
                continue
            if key in self._files:
                raise InputError(
                    f"{self.source}: {key} lies in {self._files[key].path.name} and in {file.path.name}; "
                    "keep the files of one checkpoint in this folder, or give one file"
                )
            self._stored[key] = value
            self._files[key] = file

    def _add_folder(self, folder: Path) -> None:
        indices = sorted(folder.glob("*.index.json"))
        if len(indices) > 1:
            names = ", ".join(path.name for path in indices)
            raise InputError(f"{folder}: holds {len(indices)} indices ({names}); keep the one that is meant")
        if indices:
            self._add_indexed(indices[0])
            return
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
        paths = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
        if not paths:
            raise InputError(f"{folder}: holds no checkpoint ({', '.join(SUFFIXES)}); give the file or its folder")
        for path in paths:
            file = _opened(path)
            if any(is_released_name(key) for key in file.stored()):
                self._add(file)
        if not self._files:
            names = ", ".join(str(path.relative_to(folder)) for path in paths[:5])
            raise InputError(f"{folder}: none of its {len(paths)} files ({names}) holds a released Kaleido transformer")

    def _add_indexed(self, index: Path) -> None:
        shards: dict[str, set[str]] = {}
        for key, name in _weight_map(index).items():
            shards.setdefault(name, set()).add(key)
        for name, keys in sorted(shards.items()):
            path = inside(index.parent, name, where=str(index))
            if not path.is_file():
                raise InputError(
                    f"{path}: is missing; {index.name} names this shard for {len(keys)} tensors: download it as well"
                )
            file = _opened(path)
            if lost := sorted(keys - set(file.stored())):
                raise InputError(
                    f"{path}: lacks {lost[0]} ({len(lost)} of the {len(keys)} tensors that {index.name} names); "
                    "download it again"
                )
            self._add(file, only=keys)


def _opened(path: Path) -> _File:
    return _SafetensorsFile(path) if path.suffix == ".safetensors" else _TorchFile(path)


def _weight_map(index: Path) -> dict[str, str]:
    try:
        content = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    found = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise InputError(f"{index}: is no index of shards (a JSON object with a weight_map); download it again")
    return found


def _unwrapped(content: Any, path: Path) -> Mapping[str, Any]:
    """The state dict in a checkpoint, which may lie one step down beside counters and settings."""
    if isinstance(content, dict):
        inner = [content[key] for key in _WRAPPERS if isinstance(content.get(key), dict)]
        states: list[dict[str, Any]] = [content, *inner]
        # A counter beside `module` may be a tensor too.
        states.sort(key=lambda state: not any(is_released_name(str(key)) for key in state))
        for state in states:
            if any(isinstance(value, Tensor) for value in state.values()):
                return state
    raise InputError(f"{path}: holds no state dict (found {type(content).__name__}); give the released checkpoint")


def _unreadable(path: Path, error: Exception) -> str:
    reason = " ".join(str(error).split()) or type(error).__name__
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"version https://git-lfs"):
        return f"{path}: is Git LFS' pointer to the checkpoint, not the checkpoint; run `git lfs pull` in its folder"
    if _BEFORE_1_6 in head:
        return f"{path}: has the layout from before PyTorch 1.6, which cannot be mapped; load it and torch.save it anew"
    if blocked := re.search(r"unsupported GLOBAL (\S+) whose module", reason):
        return f"{path}: refused: it would run code when read ({blocked[1]})"
    if path.suffix != ".safetensors" and not head.startswith(b"PK"):
        reason = "it does not begin as torch.save's files do" if head else "it is empty"
    return (
        f"{path}: not a readable checkpoint, perhaps cut off ({reason.split('. ')[0]:.160}); download it again (pieces "
        "of the release must be merged first, by the merge_kaleido.py that lies beside them)"
    )


def _inert(name: str) -> type:
    """A class that takes any arguments and state and does nothing with them."""
    body = {"__init__": lambda *_, **__: None, "__setstate__": lambda *_: None}
    return type(name.rpartition(".")[2], (), body)
