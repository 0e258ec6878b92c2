"""Lay out the folder that vbench calls VBENCH_CACHE_DIR from a folder of checkpoints.

Runs inside the oracle's environment. vbench looks for every checkpoint at a fixed
place below that folder, and downloads what it does not find. So each file that the
asked dimensions need is linked to its place beforehand, and a missing one is an
error here rather than a download there.
"""

from __future__ import annotations

import hashlib
import importlib
import multiprocessing
import os
import shutil
import warnings
import zipfile
from pathlib import Path
from typing import Any

DINO_FILE = "dino_vitbase16_pretrain.pth"
DINO_REPO_PLACE = "dino_model/facebookresearch_dino_main"
# torch.hub code reads its checkpoints from $TORCH_HOME, whatever path vbench names.
TORCH_HOME_PLACE = "torchhub"
VOCABULARY_PLACE = "ViCLIP/bpe_simple_vocab_16e6.txt.gz"
CLIP_FOLDER = "clip_model"

# Dimension -> checkpoint file -> places below VBENCH_CACHE_DIR.
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "subject_consistency": {
        DINO_FILE: ("dino_model", f"{TORCH_HOME_PLACE}/hub/checkpoints"),
    },
    "background_consistency": {"ViT-B-32.pt": (CLIP_FOLDER,)},
    "motion_smoothness": {"amt-s.pth": ("amt_model",)},
    "aesthetic_quality": {
        "ViT-L-14.pt": (CLIP_FOLDER,),
        "sa_0_4_vit_l_14_linear.pth": ("aesthetic_model/emb_reader",),
    },
    "imaging_quality": {"musiq_spaq_ckpt-358bb6af.pth": ("pyiqa_model",)},
    "overall_consistency": {"ViClip-InternVid-10M-FLT.pth": ("ViCLIP",)},
}


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def link(source: Path, place: Path) -> None:
    """Make `place` a symbolic link to `source`, replacing what was there at once.

    The link is made aside and renamed, so that a process which reads the same
    layout at this moment never finds the place empty.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f"{place.name}.partial-{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(source.resolve())
    aside.replace(place)


def build_traced_clip(state: dict[str, Any]) -> Any:
    """Trace CLIP with the official model class and give it the state's tensors.

    Args:
        state: The published checkpoint's keys and tensors, as a plain state dict.

    Returns:
        The TorchScript module, with the keys and dtypes of the published archive.
    """
    import torch

    model = importlib.import_module("clip.model").build_model(dict(state))
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    size = model.visual.input_resolution
    del model.context_length, model.vocab_size
    for name in ("input_resolution", "context_length", "vocab_size"):
        model.register_buffer(name, state[name].clone())
    model.float()  # half precision convolutions may be missing on the CPU
    image = torch.zeros(1, 3, size, size)
    text = torch.zeros(1, 77, dtype=torch.int64)
    jit: Any = torch.jit  # untyped in torch
    with torch.no_grad():
        traced = jit.trace(model, (image, text), check_trace=False)
    for name, parameter in traced.named_parameters():
        parameter.data = state[name].clone()
    return traced


def is_archive(path: Path) -> bool:
    """Tell whether a checkpoint is a TorchScript archive; only these hold constants."""
    with zipfile.ZipFile(path) as checkpoint:
        return any(name.endswith("/constants.pkl") for name in checkpoint.namelist())


def convert_clip(source: Path, made: Path) -> None:
    """Convert a plain state dict of CLIP into an archive that reads back the same.

    Args:
        source: The plain state dict.
        made: The archive to write; it appears complete or not at all.

    Raises:
        ValueError: The archive does not hold the same tensors.
    """
    import torch

    warnings.filterwarnings("ignore")  # torch.jit is deprecated, but clip needs it
    jit: Any = torch.jit  # untyped in torch
    aside = made.with_name(f"{made.name}.partial-{os.getpid()}")
    state = torch.load(source, map_location="cpu", weights_only=True)
    jit.save(build_traced_clip(state), str(aside))
    back = jit.load(str(aside), map_location="cpu").state_dict()
    same = set(back) == set(state)
    if not same or not all(torch.equal(back[name], state[name]) for name in state):
        aside.unlink()
        raise ValueError(f"{source}: its tensors did not survive the conversion")
    aside.replace(made)


def clip_archive(source: Path, archives: Path) -> Path:
    """Return a CLIP file that ``clip.load`` can read.

    clip.load tries TorchScript first and its fallback for plain state dicts reads
    an already consumed file, so a plain one is turned into an archive. The result
    is kept under the digest of the source's bytes.

    Args:
        source: A published archive, or a plain state dict with the same keys.
        archives: The folder where made archives are kept.

    Returns:
        The source itself when it is an archive already, else the made archive.

    Raises:
        RuntimeError: The conversion failed.
    """
    if is_archive(source):
        return source
    made = archives / f"{file_sha256(source)}.pt"
    if not made.is_file():
        archives.mkdir(parents=True, exist_ok=True)
        # In a process of its own, or the first run's memory figures would include it.
        # Forking is safe: torch and its threads only come with the conversion.
        context = multiprocessing.get_context("fork")
        converter = context.Process(target=convert_clip, args=(source, made))
        converter.start()
        converter.join()
        if converter.exitcode != 0:
            raise RuntimeError(f"{source}: not converted, see the trace above")
    return made


def copy_vocabulary(layout: Path) -> None:
    """Put CLIP's vocabulary where ViCLIP's tokenizer looks while it is imported.

    The file that openai-clip ships is identical to the one that vbench downloads.
    """
    place = layout / VOCABULARY_PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    clip_file = importlib.import_module("clip").__file__
    if clip_file is None:
        raise ValueError("openai-clip has no folder to take the vocabulary from")
    aside = place.with_name(f"{place.name}.partial-{os.getpid()}")
    shutil.copyfile(Path(clip_file).with_name(place.name), aside)
    aside.replace(place)


def lay_out(dims: list[str], weights: Path, cache: Path, dino_repo: Path) -> Path:
    """Lay out what some dimensions need and return the VBENCH_CACHE_DIR.

    Each (weights folder, DINO code) pair has a layout of its own, so that processes
    with different weights share a cache without disturbing each other.

    Args:
        dims: The dimensions that will run.
        weights: The folder with the checkpoints under their published names.
        cache: The folder that takes layouts and converted archives.
        dino_repo: The folder with DINO's hubconf.py.

    Returns:
        The folder to name in VBENCH_CACHE_DIR.

    Raises:
        FileNotFoundError: A needed checkpoint, or the DINO code, is missing.
    """
    origin = f"{weights.resolve()}\0{dino_repo.resolve()}"
    layout = cache / "layouts" / hashlib.sha256(origin.encode()).hexdigest()[:16]
    for dim in dims:
        for name, places in PLACES[dim].items():
            source = weights / name
            if not source.is_file():
                raise FileNotFoundError(f"{dim} needs {source}")
            if CLIP_FOLDER in places:
                source = clip_archive(source, cache / "clip_archives")
            for place in places:
                link(source, layout / place / name)
    if "subject_consistency" in dims:
        if not (dino_repo / "hubconf.py").is_file():
            raise FileNotFoundError(f"no hubconf.py in {dino_repo}")
        link(dino_repo, layout / DINO_REPO_PLACE)
    if "overall_consistency" in dims:
        copy_vocabulary(layout)
    return layout
