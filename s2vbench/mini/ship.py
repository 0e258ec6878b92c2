"""Put trained weights into the package: in half precision, with their digest.

python -m s2vbench.mini.ship mini_interpolator OUT

The bytes are the same whoever ships the same training, so measures can name the file that they are of.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import save

from s2vbench import plugins
from s2vbench.backbones.mini.shipped import DIGESTS, FOLDER, shipped_digests
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import fill, read_state
from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.resources import package_folder

NETWORK: Final = "network.safetensors"
"""What a training leaves in its folder."""
MB: Final = 1_000_000
LARGEST_MB, LARGEST_SUM_MB = 8.0, 24.0


def network_file(trained: Path) -> Path:
    """The weights file of a training's folder, or that file itself.

    Raises:
        InputError: there is none.
    """
    path = trained / NETWORK if trained.is_dir() else trained
    if not path.is_file():
        raise InputError(f"{path}: no such file; train first, or name the folder of a training")
    return path


def half_state(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a weights file, floating ones in half precision.

    Raises:
        InputError: it cannot be read, or a number is too large for half precision.
    """
    found = {}
    for key, value in read_state(file, None).items():
        found[key] = (value.half() if value.is_floating_point() else value).contiguous()
        if not torch.isfinite(found[key]).all():
            raise InputError(f"{file}: {key} has numbers that half precision cannot hold; train again with more decay")
    return found


def shipped_bytes(file: Path) -> bytes:
    """What goes into the package for a weights file.

    Raises:
        InputError: as `half_state`.
    """
    return save(half_state(file))


def ship(spec: BackboneSpec, trained: Path) -> Path:
    """Write the file of a network and its digest into the package; its path.

    Raises:
        InputError: the weights are another network's, or too large.
        OutputError: the package cannot be written.
    """
    file = network_file(trained)
    with torch.device("meta"):
        network = plugins.load("backbones", spec.build)(**spec.options)
    fill(network, half_state(file), name=str(file))
    content = shipped_bytes(file)
    folder = package_folder(FOLDER)
    size_mb = len(content) / MB
    beside_mb = sum(path.stat().st_size for path in folder.glob("*.safetensors") if path.name != spec.file) / MB
    if size_mb > LARGEST_MB or size_mb + beside_mb > LARGEST_SUM_MB:
        raise InputError(
            f"{file}: {size_mb:.1f} MB in half precision, beside {beside_mb:.1f} MB of other networks; at most "
            f"{LARGEST_MB:g} MB each and {LARGEST_SUM_MB:g} MB together fit the package"
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / spec.file, content)
    digests = {**shipped_digests(), spec.file: hashlib.sha256(content).hexdigest()}
    lines = [f"{digests[name]}  {name}\n" for name in sorted(digests) if (folder / name).is_file()]
    write_atomically(folder / DIGESTS, "".join(lines))
    shipped_digests.cache_clear()
    return folder / spec.file


def main() -> None:
    """Ship one network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="of the backbone, as `s2vbench ls backbones` lists it")
    parser.add_argument("trained", type=Path, help="folder of its training, or the weights file")
    options = parser.parse_args()
    spec: BackboneSpec = plugins.load("backbones", options.name)
    if spec.packaged != FOLDER:
        raise SystemExit(f"{options.name}: its weights are no part of the package")
    path = ship(spec, options.trained)
    size_mb = path.stat().st_size / MB
    print(f"{path} ({size_mb:.2f} MB)")  # noqa: T201
    if abs(size_mb - spec.size_mb) > 0.05 * size_mb:
        print(f"its spec says size_mb={spec.size_mb:g}: write {size_mb:.2f} there")  # noqa: T201


if __name__ == "__main__":
    main()
