"""A released checkpoint into diffusers' folder of safetensors, one tensor at a time.

The checkpoint is mapped, not loaded, and shards are written as their tensors come: what is needed is the memory for
one tensor and for the part of the file that is mapped at the time, whatever the checkpoint's size.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import torch
from torch import Tensor

from s2vbench.errors import InputError, OutputError
from s2vbench.files import is_there
from s2vbench.kaleido.portable import forget_places
from s2vbench.kaleido.release import Move, Plan, Sizes, plan_release, stays_fp32
from s2vbench.kaleido.released_files import ReleasedFiles
from s2vbench.kaleido.transformer import KaleidoTransformer
from s2vbench.testsets.fresh_folder import fresh_folder, refuse_full

Progress = Callable[[int, int, str], None]
"""Called with bytes written, bytes in all, and the tensor that comes next."""

DTYPES: Final = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
STEM = "diffusion_pytorch_model"
_GB = 10**9
_NAMES: Final = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
_PIECE_ITEMS = 1 << 22


@dataclass(frozen=True)
class Output:
    """One tensor of diffusers' state, and where its values come from."""

    name: str
    move: Move
    part: int
    """Which of the move's targets it is."""
    dtype: torch.dtype

    @property
    def size_bytes(self) -> int:
        """Bytes in the file."""
        return torch.Size(self.move.shape).numel() * self.dtype.itemsize


@dataclass(frozen=True)
class Conversion:
    """What was written."""

    folder: Path
    files: tuple[str, ...]
    size_bytes: int
    """Of all tensors."""
    sizes: Sizes


def convert_release(
    source: Path,
    out: Path,
    *,
    num_heads: int,
    positions: str | Mapping[str, Any] = "shift_wh",
    shard_size_gb: float = 4.0,
    dtype: torch.dtype | None = None,
    progress: Progress = lambda *_: None,
) -> Conversion:
    """Write a released checkpoint as a folder that `KaleidoTransformer.from_pretrained` loads.

    Args:
        source: the checkpoint's file, or the folder of its files.
        out: a new or empty folder. It is complete or not there: an interrupted conversion leaves nothing.
        num_heads: attention heads, which no tensor tells (40 in the release).
        positions: the position scheme, kept in the folder's config.json.
        shard_size_gb: as much goes into one file, in 10^9 bytes.
        dtype: of the written weights, None for the stored one. With 16 bits, what diffusers computes in fp32 (time
            embedding, norms, modulation) is kept in fp32 where it is stored so.
        progress: called before every tensor.

    Raises:
        InputError: the checkpoint is damaged, incomplete or another network's, or an option does not fit it.
        OutputError: the folder cannot be written, or the disk is too small (said before anything is written).
    """
    if not (shard_size_gb > 0 and math.isfinite(shard_size_gb)):
        raise InputError(f"shard size {shard_size_gb:g} GB must be a number above 0")
    if dtype is not None and dtype not in DTYPES.values():
        raise InputError(f"dtype {dtype} must be one of {', '.join(DTYPES)}")
    refuse_full(out)
    released = ReleasedFiles(source)
    plan = plan_release(released, str(source))
    # Made first: it says whether heads and positions fit, and writes config.json as diffusers does.
    with torch.device("meta"):
        model = KaleidoTransformer(**plan.sizes.config(num_heads), positions=positions)
    shards = shards_of(outputs_of(plan, released, dtype), round(shard_size_gb * _GB))
    total_bytes = sum(output.size_bytes for shard in shards.values() for output in shard)
    _check_disk(out, total_bytes)
    with fresh_folder(out) as folder:
        model.save_config(folder)
        forget_places(folder)
        written = 0

        def tell(done_bytes: int, name: str) -> None:
            progress(done_bytes, total_bytes, name)

        for name, shard in shards.items():
            written = _write_shard(folder / name, shard, released, written, tell)
        if len(shards) > 1:
            (folder / f"{STEM}.safetensors.index.json").write_text(_index(shards, total_bytes), encoding="utf-8")
    progress(total_bytes, total_bytes, "")
    return Conversion(out, tuple(shards), total_bytes, plan.sizes)


def dtype_named(name: str) -> torch.dtype:
    """The dtype that a command line names.

    Raises:
        InputError: there is none of that name.
    """
    if name not in DTYPES:
        raise InputError(f"dtype {name!r} must be one of {', '.join(DTYPES)}")
    return DTYPES[name]


def outputs_of(plan: Plan, released: Mapping[str, Any], dtype: torch.dtype | None) -> list[Output]:
    """All tensors to write, in the model's order."""
    found = []
    for move in plan.moves:
        stored: torch.dtype = released[move.released].dtype
        for part, name in enumerate(move.targets):
            found.append(Output(name, move, part, _written_dtype(name, stored, dtype)))
    return found


def _written_dtype(name: str, stored: torch.dtype, wanted: torch.dtype | None) -> torch.dtype:
    if wanted is None:
        return stored
    if stays_fp32(KaleidoTransformer, name) and wanted.itemsize < stored.itemsize:
        return torch.float32
    return wanted


def shards_of(outputs: list[Output], limit_bytes: int) -> dict[str, list[Output]]:
    """File name -> its tensors; a tensor above the limit gets a file of its own."""
    groups: list[list[Output]] = [[]]
    size_bytes = 0
    for output in outputs:
        if groups[-1] and size_bytes + output.size_bytes > limit_bytes:
            groups.append([])
            size_bytes = 0
        groups[-1].append(output)
        size_bytes += output.size_bytes
    if len(groups) == 1:
        return {f"{STEM}.safetensors": groups[0]}
    return {f"{STEM}-{i:05d}-of-{len(groups):05d}.safetensors": group for i, group in enumerate(groups, 1)}


def _check_disk(out: Path, wanted_bytes: int) -> None:
    place = next(path for path in (out.absolute(), *out.absolute().parents) if is_there(path))
    free_bytes = shutil.disk_usage(place).free
    if free_bytes < wanted_bytes:
        raise OutputError(
            f"{out}: needs {wanted_bytes / _GB:.1f} GB, but {free_bytes / _GB:.1f} GB are free there; free space, "
            "choose another disk, or write 16 bits with --dtype bf16"
        )


def _index(shards: Mapping[str, list[Output]], total_bytes: int) -> str:
    weight_map = {output.name: name for name, shard in shards.items() for output in shard}
    content = {"metadata": {"total_size": total_bytes}, "weight_map": dict(sorted(weight_map.items()))}
    return json.dumps(content, indent=2) + "\n"


def _write_shard(
    path: Path, shard: list[Output], released: ReleasedFiles, written: int, progress: Callable[[int, str], None]
) -> int:
    """Write one file; gives the bytes of tensors written so far."""
    # The widest first, as safetensors' own writer does, so that every tensor begins at a multiple of its items' size.
    ordered = sorted(shard, key=lambda output: -output.dtype.itemsize)
    with path.open("wb") as file:
        file.write(_header(ordered))
        for output in ordered:
            progress(written, output.name)
            _write_tensor(file, output, released)
            written += output.size_bytes
        file.flush()
        os.fsync(file.fileno())
    return written


def _header(ordered: list[Output]) -> bytes:
    content: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for output in ordered:
        end = at + output.size_bytes
        content[output.name] = {
            "dtype": _NAMES[output.dtype],
            "shape": list(output.move.shape),
            "data_offsets": [at, end],
        }
        at = end
    text = json.dumps(content, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _write_tensor(file: IO[bytes], output: Output, released: ReleasedFiles) -> None:
    tensor = output.move.parts(released.read(output.move.released))[output.name]
    for stored in torch.split(tensor.reshape(-1), _PIECE_ITEMS):
        piece = stored.to(output.dtype)
        if not _finite(piece):
            raise InputError(f"{released.source}: {_not_finite(output, stored)}")
        file.write(piece.contiguous().view(torch.uint8).numpy().data)


def _finite(tensor: Tensor) -> bool:
    # Both ends of the range carry NaN on, and take a tenth of the time of asking every number.
    return bool(torch.stack(torch.aminmax(tensor)).isfinite().all())


def _not_finite(output: Output, stored: Tensor) -> str:
    if _finite(stored):
        return (
            f"{output.move.released} holds numbers up to {stored.abs().max().item():.3g}, too large for "
            f"{_NAMES[output.dtype].lower()}; choose --dtype bf16"
        )
    return f"{output.move.released} holds NaN or infinite weights; download the checkpoint again"
