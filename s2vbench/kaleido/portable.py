"""Model folders that say nothing of the machine they were made on, so that equal weights have equal digests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

_CONFIGS: Final = ("config.json", "tokenizer_config.json")
_PLACES: Final = ("_name_or_path", "name_or_path")
_WEIGHTS: Final = re.compile(r".*(\.safetensors|\.safetensors\.index\.json)")


def forget_places(folder: Path) -> None:
    """Take the path that a network or tokenizer was loaded from out of its written configuration.

    Raises:
        OSError: a file cannot be written.
    """
    for file in (folder / name for name in _CONFIGS):
        if not file.is_file():
            continue
        content = json.loads(file.read_text(encoding="utf-8"))
        kept = {key: value for key, value in content.items() if key not in _PLACES}
        if kept != content:
            # As both libraries write it, so that only those keys differ.
            text = json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=file.name == "config.json") + "\n"
            file.write_text(text, encoding="utf-8")


def remove_weights(folder: Path) -> None:
    """Remove weights that were saved before: shards of another size beside new ones make a folder ambiguous.

    Raises:
        OSError: a file cannot be removed.
    """
    if folder.is_dir():
        for file in folder.iterdir():
            if _WEIGHTS.fullmatch(file.name):
                file.unlink()
