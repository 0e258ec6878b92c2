"""Fill the tables of docs/mini.md from files of measures, so that no number is ever typed by hand.

python -m s2vbench.mini.report docs/mini.md reports/mini-backbones

Between `<!-- measures: NAME -->` and `<!-- end -->` stands what NAME.json of the folder says, or that the network is
not trained yet; likewise `<!-- speed -->` (speed.json, of benchmarks/mini_speed.py) and `<!-- sizes -->`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from s2vbench import plugins
from s2vbench.backbones.mini.shipped import FOLDER, shipped_digests
from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.mini.ship import MB
from s2vbench.resources import package_folder

NOT_TRAINED: Final = "Not trained yet."
_SECTION: Final = re.compile(r"(<!-- (measures: \w+|speed|sizes) -->\n).*?(<!-- end -->)", re.DOTALL)
_STEM: Final = "mini_"


def filled(text: str, folder: Path) -> str:
    """The page with its tables made anew.

    Args:
        text: Markdown with marked places.
        folder: of NAME.json files.

    Raises:
        InputError: a file is no JSON, or of another network than its name says.
    """

    def section(found: re.Match[str]) -> str:
        what, _, name = found[2].partition(": ")
        if what == "sizes":
            body = _sizes()
        elif what == "speed":
            body = _speed(_read(folder / "speed.json"))
        else:
            body = _network(name, _read(folder / f"{name}.json"))
        return f"{found[1]}{body}\n{found[3]}"

    return _SECTION.sub(section, text)


def _read(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON ({error}); measure again") from error
    if not isinstance(content, dict) or content.get("network", path.stem) != path.stem:
        raise InputError(f"{path}: holds no measures of {path.stem}; measure again, into this file")
    return content


def _network(name: str, content: dict[str, Any] | None) -> str:
    if content is None:
        return NOT_TRAINED
    lines = []
    training = content.get("training") or {}
    if "steps" in training:
        minutes = float(training.get("wall_s", 0)) / 60
        lines.append(f"{training['steps']} steps of {training.get('batch', '?')} samples, {minutes:.0f} minutes.")
    shipped = shipped_digests().get(f"{name}.safetensors")
    if "sha256" in content and content["sha256"] != shipped:
        lines.append(f"**Measured on other weights than those in the package** (`{content['sha256'][:12]}`).")
    measures = content.get("measures", {k: v for k, v in content.items() if isinstance(v, dict) and k != "training"})
    return "\n\n".join([*lines, *_tables(measures)])


def _tables(measures: Mapping[str, Any], title: str = "") -> list[str]:
    """Every measure below a node, in as few tables as its shape allows."""
    leaves = {name: entry for name, entry in measures.items() if _is_leaf(entry)}
    branches = {name: entry for name, entry in measures.items() if isinstance(entry, Mapping) and not _is_leaf(entry)}
    found = []
    if leaves:
        found.append(_titled(title, _list(leaves)))
    grids: dict[tuple[str, ...], dict[str, Any]] = {}
    for name, entry in branches.items():
        if all(map(_is_leaf, entry.values())):
            grids.setdefault(tuple(entry), {})[name] = entry
        else:
            found += _tables(entry, f"{title}: {name}" if title else name)
    for rows in grids.values():
        for name, entry in rows.items() if len(rows) == 1 else ():
            found.append(_titled(f"{title}: {name}" if title else name, _list(entry)))
        if len(rows) > 1:
            found.append(_titled(title, _grid(rows)))
    return found


def _is_leaf(entry: Any) -> bool:
    return (isinstance(entry, int | float | str) and not isinstance(entry, bool)) or (
        isinstance(entry, Mapping) and "value" in entry
    )


def _titled(title: str, table: str) -> str:
    return f"{title[:1].upper()}{title[1:]}:\n\n{table}" if title else table


def _list(leaves: Mapping[str, Any]) -> str:
    lines = ["| measure | value | n |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {_said(entry)} | {_count(entry)} |" for name, entry in leaves.items()]
    return "\n".join(lines)


def _grid(rows: Mapping[str, Mapping[str, Any]]) -> str:
    columns = list(next(iter(rows.values())))
    lines = [f"| | {' | '.join(columns)} | n |", f"| --- |{' ---: |' * (len(columns) + 1)}"]
    for name, entry in rows.items():
        counts = dict.fromkeys(_count(entry[column]) for column in columns)
        lines.append(f"| {name} | {' | '.join(_said(entry[column]) for column in columns)} | {', '.join(counts)} |")
    return "\n".join(lines)


def _said(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return _number(entry)
    interval = f" [{_number(entry['low'])}, {_number(entry['high'])}]" if entry.get("low") is not None else ""
    return f"{_number(entry['value'])}{interval}"


def _count(entry: Any) -> str:
    return f"{entry['n']:,}" if isinstance(entry, Mapping) and "n" in entry else ""


def _number(value: Any) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _speed(content: dict[str, Any] | None) -> str:
    if content is None:
        return "Not measured yet."
    rows = "\n".join(f"| {entry['what']} | {entry['ms']:.1f} | {entry['times']} |" for entry in content["rows"])
    return (
        f"{content['machine']}\n\n| | ms | times in a video |\n| --- | ---: | ---: |\n{rows}\n"
        f"| **a video of {content['video']}** | **{content['total_ms']:.0f}** | |"
    )


def _sizes() -> str:
    lines = ["| network | stands where | parameters | MB shipped |", "| --- | --- | ---: | ---: |"]
    total_mb = 0.0
    for name in sorted(name for name in plugins.BUILT_IN["backbones"] if name.startswith(_STEM)):
        spec = plugins.load("backbones", name)
        file = package_folder(FOLDER) / spec.file
        size_mb = file.stat().st_size / MB if file.is_file() else None
        total_mb += size_mb or 0.0
        lines.append(
            f"| `{name}` | {_STANDS_FOR.get(name, spec.role)} | {_parameters(spec):,} | "
            f"{'not trained yet' if size_mb is None else f'{size_mb:.2f}'} |"
        )
    lines.append(f"| together | | | {total_mb:.1f} |")
    return "\n".join(lines)


_STANDS_FOR: Final = {
    "mini_detector": "Grounding DINO",
    "mini_identity": "DINO ViT-B/16",
    "mini_image_text": "CLIP ViT-B/32",
    "mini_interpolator": "AMT-S",
    "mini_quality": "MUSIQ",
    "mini_segmenter": "Segment Anything ViT-H",
    "mini_video_text": "ViCLIP-L",
}


def _parameters(spec: Any) -> int:
    import torch

    with torch.device("meta"):
        network: torch.nn.Module = plugins.load("backbones", spec.build)(**spec.options)
    return sum(parameter.numel() for parameter in network.parameters())


def main() -> None:
    """Rewrite the page, or say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something would change")
    options = parser.parse_args()
    before = options.page.read_text(encoding="utf-8")
    after = filled(before, options.folder)
    if options.check:
        raise SystemExit(
            0 if after == before else f"{options.page}: not what {options.folder} says; run without --check"
        )
    write_atomically(options.page, after)


if __name__ == "__main__":
    main()
