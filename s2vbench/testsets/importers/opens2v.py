"""OpenS2V-Eval (arXiv 2505.20292): an object of cases, each with a prompt, pictures and one label a picture.

Facts of the published files that matter here: labels are misspelt in places, 97 of 320 do not stand in their prompt,
15 cases show two individuals of one class, and labels such as "Park" name a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from s2vbench.errors import InputError
from s2vbench.testsets.importers.base import FormatImporter
from s2vbench.testsets.importers.collect import Collector, Named, Provenance, Shown
from s2vbench.testsets.importers.kinds import kind_of
from s2vbench.testsets.importers.nouns import find_noun
from s2vbench.testsets.importers.reading import read_object, strings
from s2vbench.video.decode import VIDEO_SUFFIXES

DEFAULT_FILE = "Open-Domain_Eval.json"
_ORIGIN = Provenance(
    source_dataset="OpenS2V-Eval",
    source_url="https://huggingface.co/datasets/BestWishYsh/OpenS2V-Eval",
    attribution_text="OpenS2V-Eval, PKU-YuanGroup; the sources of its pictures are not listed",
)


def read_opens2v(source: Path, collector: Collector, extra: Mapping[str, str]) -> None:
    """Read one of the benchmark's JSON files.

    Raises:
        InputError: no such file, or not an object of cases.
    """
    path = source if source.is_file() else _json_in(source, extra.get("json"))
    pictures = Path(extra["images"]) if "images" in extra else path.parent
    results = Path(extra["results"]) if "results" in extra else None
    num_videos = 0
    for key, value in read_object(path).items():
        where = f"{path.name}, case {key!r}"
        try:
            shown, prompt, tags = _case_of(value, where, pictures, collector)
        except InputError as error:
            collector.skip(where, error)
            continue
        video = _video_of(key, results, collector)
        num_videos += video is not None
        collector.add_case(key, prompt, shown, source=f"{path.name}#{key}", tags=tags, video=video)
    if results is not None:
        collector.note(f"{num_videos} of {len(collector.cases)} cases have a video in {results}")


def _json_in(folder: Path, name: str | None) -> Path:
    if (folder / (name or DEFAULT_FILE)).is_file():
        return folder / (name or DEFAULT_FILE)
    found = sorted(path.name for path in folder.glob("*Eval*.json"))
    if name is None and len(found) == 1:
        return folder / found[0]
    hint = f"json={found[0]} would read one that is there" if found else "give the folder that holds it and Images/"
    raise InputError(f"{folder}: holds no {name or DEFAULT_FILE}; {hint}")


def _case_of(value: Any, where: str, pictures: Path, collector: Collector) -> tuple[list[Shown], str, list[str]]:
    """(subjects, prompt, tags) of one case."""
    if not isinstance(value, dict):
        raise InputError(f"{where}: must be an object, not {type(value).__name__}")
    prompt, paths, labels = value.get("prompt"), strings(value.get("img_paths")), strings(value.get("class_label"))
    if not isinstance(prompt, str) or not prompt.strip():
        raise InputError(f"{where}: has no prompt")
    if not paths or labels is None:
        raise InputError(f"{where}: img_paths and class_label must be lists of strings")
    if len(paths) != len(labels):
        raise InputError(f"{where}: {len(paths)} pictures but {len(labels)} labels")
    shown: list[Shown] = []
    tags = [f"synthesis-flag-{str(value.get('synthesis_flag', 'none')).casefold()}"]
    for relative, label in zip(paths, labels, strict=True):
        file = collector.placement.find(relative, below=pictures, where=where)
        found = find_noun(label, prompt)
        if found is not None and found.how in {"spelling", "synonym"}:
            tags.append(f"noun-by-{found.how}")
        noun = found.noun if found else label.casefold()
        wanted = Path(relative).with_suffix("").as_posix().removeprefix("Images/")
        one = collector.one_picture(file, wanted, Named(noun, kind_of(label)), _ORIGIN)
        if one not in shown:
            shown.append(one)
    return shown, prompt.strip(), tags


def _video_of(key: str, results: Path | None, collector: Collector) -> str | None:
    """The path of a case's video in the test set, where the folder of results holds one."""
    if results is None or Path(key).name != key:
        return None
    for suffix in VIDEO_SUFFIXES:
        file = results / f"{key}{suffix}"
        if file.is_file():
            return collector.place_video(file, key)
    return None


OPENS2V = FormatImporter(
    name="opens2v",
    summary="OpenS2V-Eval: 180 cases with people, animals, objects and places",
    source_help="the folder with Open-Domain_Eval.json and Images/, or one of its JSON files",
    licence="OpenS2V-Eval lists no licences of its pictures, which were collected from the web and other data sets.",
    read=read_opens2v,
    extras={
        "json": "file of cases in SOURCE (Open-Domain_Eval.json)",
        "images": "folder that the pictures' paths are relative to (where the JSON file lies)",
        "results": "folder with a model's videos, <case id>.mp4: they become the cases' videos",
    },
    path_extras=("images", "results"),
)
