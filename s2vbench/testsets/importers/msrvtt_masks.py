"""The masks of MSRVTT-Personalization, which are published as gzipped pickles: read without running anything.

A pickle can call any function, so here it may name only the few that make arrays and containers, and even those are
stand-ins: nothing of NumPy is called before shape, type and length were checked. As JSON (`convert_masks`) a file is

    {"brown horse": [{"filename": "frame1.jpg", "box_xyxy": [12, 40, 210, 190], "is_face_crop": false,
                      "mask": {"height_px": 150, "width_px": 198, "counts": [5, 20, ...]}}]}

where `counts` are lengths of runs, row by row, that alternate between outside and inside, outside first.

Shape letters: H height, W width.
"""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.testsets.importers.reading import read_object
from s2vbench.video.rle import Rle, decode, encode

Bools = npt.NDArray[np.bool_]
_MOST_BYTES = 1 << 28
"""More than any published file unpacks to, less than what hurts."""
_MOST_PIXELS = 1 << 26
_TYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "?", "B", "b"}


@dataclass(frozen=True)
class Mask:
    """Where one tag's subject is in one frame."""

    filename: str
    """frame1.jpg, frame2.jpg or frame3.jpg."""
    box_xyxy: tuple[int, int, int, int]
    is_face_crop: bool
    mask_HW: Bools
    """Of the box, not of the frame."""


def read_masks(path: Path) -> dict[str, list[Mask]]:
    """The masks of a clip by tag, from a `.json` file or a `.pkl.gz`.

    Raises:
        InputError: it cannot be read, holds something else, or (a pickle) names anything that is not data.
    """
    value = read_object(path) if path.suffix == ".json" else _unpickled(path)
    if not isinstance(value, dict):
        raise InputError(f"{path}: must hold masks by tag, not {type(value).__name__}")
    found: dict[str, list[Mask]] = {}
    for tag, entries in value.items():
        if not isinstance(tag, str) or not isinstance(entries, list):
            raise InputError(f"{path}: tag {tag!r:.60} must have a list of masks")
        found[tag] = [_mask(entry, f"{path}, tag {tag!r:.60}") for entry in entries]
    return found


def convert_masks(pickled: Path, json_path: Path) -> None:
    """Write the masks of a `.pkl.gz` as JSON, which any program can read safely.

    Raises:
        InputError: as `read_masks`.
        OutputError: the JSON file cannot be written.
    """
    tables = {tag: [_as_json(mask) for mask in masks] for tag, masks in read_masks(pickled).items()}
    write_atomically(json_path, json.dumps(tables, ensure_ascii=False) + "\n")


def _as_json(mask: Mask) -> dict[str, Any]:
    runs = encode(mask.mask_HW)
    return {
        "filename": mask.filename,
        "box_xyxy": list(mask.box_xyxy),
        "is_face_crop": mask.is_face_crop,
        "mask": {"height_px": runs.height_px, "width_px": runs.width_px, "counts": runs.counts.tolist()},
    }


def _mask(entry: Any, where: str) -> Mask:
    if not isinstance(entry, dict) or not {"filename", "box_xyxy", "mask", "is_face_crop"} <= set(entry):
        raise InputError(f"{where}: a mask must have filename, box_xyxy, mask and is_face_crop")
    try:
        box = [int(_number(value)) for value in _items(entry["box_xyxy"])]
        mask_HW = _bools(entry["mask"])
        is_face_crop = bool(_number(entry["is_face_crop"]))
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{where}: a mask cannot be read ({' '.join(str(error).split()):.100})") from error
    x0, y0, x1, y1 = box if len(box) == 4 else (0, 0, 0, 0)
    if not (0 <= x0 < x1 and 0 <= y0 < y1):
        raise InputError(f"{where}: box_xyxy {box!r:.60} must be x0 < x1 and y0 < y1, in pixels")
    return Mask(str(entry["filename"]), (x0, y0, x1, y1), is_face_crop, mask_HW)


def _bools(value: Any) -> Bools:
    if isinstance(value, dict):
        sizes = [int(value[name]) for name in ("height_px", "width_px")]
        counts = np.asarray(value["counts"], dtype=np.int64)
        if counts.ndim != 1 or counts.min(initial=0) < 0 or min(sizes) < 1 or sizes[0] * sizes[1] > _MOST_PIXELS:
            raise ValueError("its run lengths are not those of a mask")
        return decode(Rle(sizes[0], sizes[1], counts.astype(np.uint32)))
    array = value.array() if isinstance(value, _Array) else np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "buif" or array.size == 0:
        raise ValueError(f"it has the shape {array.shape} and the type {array.dtype}, not those of a mask")
    mask_HW: Bools = array != 0
    return mask_HW


def _items(value: Any) -> Iterator[Any]:
    return iter(value.array().tolist() if isinstance(value, _Array) else value)


def _number(value: Any) -> float:
    single = value.array().item() if isinstance(value, _Array) else value
    if not isinstance(single, bool | int | float):
        raise TypeError(f"{single!r:.40} is no number")
    return single


class _Dtype:
    """Stands in for numpy.dtype: keeps the code, ignores everything else but the order of bytes."""

    def __init__(self, code: object, *_: object) -> None:
        self.code, self.order = code, "|"

    def __setstate__(self, state: Any) -> None:
        self.order = state[1]

    def dtype(self) -> np.dtype[Any]:
        if self.code not in _TYPES or self.order not in {"|", "<", ">", "="}:
            raise ValueError(f"an array of type {self.code!r:.20} is no mask")
        return np.dtype(f"{'' if self.order == '|' else self.order}{self.code}")


class _Array:
    """Stands in for numpy.ndarray: keeps what the pickle says, and makes an array of it once that was checked."""

    def __init__(self) -> None:
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def array(self) -> npt.NDArray[Any]:
        _, shape, stand_in, is_fortran, raw = self.state
        if not isinstance(stand_in, _Dtype) or not isinstance(raw, bytes | bytearray | memoryview):
            raise TypeError("an array is not made of plain numbers")
        if not isinstance(shape, tuple) or not all(isinstance(side, int) and side >= 0 for side in shape):
            raise TypeError("an array has no shape")
        flat = np.frombuffer(raw, dtype=stand_in.dtype())
        return flat.reshape(shape, order="F" if is_fortran else "C")


def _reconstruct(*_: object) -> _Array:
    return _Array()


def _from_buffer(raw: Any, dtype: Any, shape: Any, order: Any, *_: object) -> _Array:
    """Protocol 5 of pickle gives array and content at once."""
    made = _Array()
    made.state = (1, shape, dtype, order == "F", raw)
    return made


def _scalar(dtype: Any, raw: Any = b"") -> _Array:
    made = _Array()
    made.state = (1, (), dtype, False, raw)
    return made


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    """Protocols below 3 hold bytes as text."""
    if not isinstance(text, str) or encoding not in {"latin1", "latin-1"}:
        raise pickle.UnpicklingError("bytes in an unknown encoding")
    return text.encode("latin1")


def _table(*_: object) -> dict[Any, Any]:
    return {}


class _Maker:
    """What a pickle gets for a name: it can be called, and a state (which could change a function) is refused."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *arguments: Any) -> Any:
        return self._make(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("it gives a function a state")


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    **dict.fromkeys([(f"numpy.{core}.multiarray", "_reconstruct") for core in ("core", "_core")], _reconstruct),
    **dict.fromkeys([(f"numpy.{core}.multiarray", "scalar") for core in ("core", "_core")], _scalar),
    **dict.fromkeys([(f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")], _from_buffer),
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encode,
    ("collections", "OrderedDict"): _table,
    ("collections", "defaultdict"): _table,
    ("builtins", "list"): list,
    ("builtins", "dict"): _table,
    ("builtins", "bytearray"): bytes,
}


class _DataOnly(pickle.Unpickler):
    """Refuses whatever is not on the list above; what is, gets a stand-in."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _Maker(_ALLOWED[module, name])
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no data") from None


def _unpickled(path: Path) -> Any:
    try:
        with gzip.open(path) as file:
            raw = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be unpacked ({error})") from error
    if len(raw) > _MOST_BYTES:
        raise InputError(f"{path}: unpacks to more than {_MOST_BYTES >> 20} MiB; masks of a clip are smaller")
    try:
        return _DataOnly(io.BytesIO(raw)).load()
    except Exception as error:  # a broken pickle raises nearly anything
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: is not a pickle of masks ({why:.120}); nothing of it was run") from error
