"""What must hold whatever the networks know: copies, orders, names of files, runs that are repeated or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from s2vbench.ledger import read_rows
from s2vbench.types import Score
from tests import tiny
from tests.subjects.drawn import METRICS, Scores, Testset, pasted, scene, score, subject
from tests.subjects.expected import CLIP, CLOSE, crop_cosine

PLACES = [(0, 10), (88, 60), (172, 30)]
NAMES = ("fox", "bear", "hen")
AGAINST_CHANCE = {"s2v_decoupling_centered", "background_leak"}


def crowd() -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    """Three subjects in one frame."""
    frame, seen = scene(1), {}
    for number, (name, (x, y)) in enumerate(zip(NAMES, PLACES, strict=True)):
        frame, seen[name] = pasted(frame, subject(number), x, y)
    return frame, seen


def drawn_set(folder: Path) -> Testset:
    """A clip of three subjects, two of them of one noun; a clip of one; and what is needed for chance."""
    drawn = Testset(folder)
    views = [pasted(scene(6 + number), subject(number), 20 + 30 * number, 30) for number in range(3)]
    references = [
        drawn.reference("fox", views[:1], heldout=[views[2]], distractors=[pasted(scene(1), subject(3), 5, 5)]),
        drawn.reference("bear", views[1:2], noun="toy", distractors=[pasted(scene(2), subject(4), 5, 5)]),
        drawn.reference("hen", [views[2], pasted(scene(3), subject(2), 99, 9)], noun="toy"),
    ]
    frame, seen = crowd()
    # The last third shows two, and the first of them at another place.
    later, fox = pasted(scene(1), subject(0), 60, 20)
    later, hen = pasted(later, subject(2), 160, 60)
    by_name = {"fox": seen["fox"], "toy": [seen["hen"], seen["bear"]]}
    drawn.add("crowd", [frame] * 6 + [later] * 3, [by_name] * 6 + [{"fox": fox, "toy": [hen]}] * 3, references)
    alone, mask = pasted(scene(4), subject(3), 40, 40)
    drawn.add("alone", [alone] * 3, [{"cow": mask}] * 3, [drawn.reference("cow", [pasted(scene(5), subject(3), 9, 9)])])
    drawn.null_cases([scene(number) for number in (8, 9, 10, 11)])
    return drawn


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = drawn_set(tmp_path_factory.mktemp("sanity"))
    drawn.write()
    return drawn.folder


CASES = ["crowd", "alone"]


def run(folder: Path, out: Path | None = None, cases: str = "cases.json", cache: Path | None = None) -> Scores:
    return score(folder / cases, truth=folder, only=CASES, out=out, cache=cache)


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Scores, bytes]:
    out = tmp_path_factory.mktemp("run")
    return run(folder, out, cache=folder / "cache"), (out / "scores.jsonl").read_bytes()


def changed(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], object]) -> str:
    """Another cases file beside the first."""
    cases = json.loads((folder / "cases.json").read_text())
    change(cases)
    (folder / name).write_text(json.dumps(cases))
    return name


def test_every_frame_the_reference_itself(tmp_path: Path) -> None:
    drawn = Testset(tmp_path)
    shown = pasted(scene(0), subject(0), 60, 40)
    drawn.add("copy", [shown[0]] * 4, [{"dog": shown[1]}] * 4, [drawn.reference("dog", [shown])])
    found = drawn.score(METRICS[:4])
    expected = {"s2v_consistency": 1, "s2v_decoupling": 0}
    expected |= {f"{name}_paper_literal": value for name, value in expected.items()}
    assert {name: found.value("copy", name) for name in expected} == pytest.approx(expected, abs=1e-6)


def test_swapping_the_references_of_two_cases(tmp_path: Path) -> None:
    views = [pasted(scene(number), subject(number), 20, 30) for number in (0, 1)]
    clips = [pasted(scene(2), subject(number), 90, 40) for number in (0, 1)]
    values = []
    for order in ((0, 1), (1, 0)):
        drawn = Testset(tmp_path / str(order[0]))
        drawn.folder.mkdir()
        for case, reference in enumerate(order):
            picture, mask = clips[case]
            pictures = drawn.reference("toy", [views[reference]])
            drawn.add(f"case-{case}", [picture] * 2, [{"toy": mask}] * 2, [pictures])
        found = drawn.score(["s2v_consistency"])
        values.append([found.value(f"case-{case}", "s2v_consistency") for case in (0, 1)])
    other = crop_cosine(CLIP, views[0], clips[1])
    assert values[0] == pytest.approx([1, 1], abs=CLOSE)
    assert values[1] == pytest.approx([other, other], abs=CLOSE)
    assert other < 0.99


def test_most_metrics_apply(whole: tuple[Scores, bytes]) -> None:
    reasons = {name: row.reason for (case, name), row in whole[0].rows.items() if case == "crowd" and row.reason}
    assert set(reasons) == {"first_frame_flash", "face_identity"}


def test_the_order_of_the_references_is_irrelevant(folder: Path, whole: tuple[Scores, bytes]) -> None:
    def change(cases: list[dict[str, Any]]) -> None:
        cases[0]["references"].append(cases[0]["references"].pop(0))

    found = run(folder, cases=changed(folder, "turned.json", change))
    values = found.values("crowd")
    for metric, value in whole[0].values("crowd").items():
        expected = value if isinstance(value, str) else pytest.approx(value, abs=1e-12)
        assert values[metric] == expected, metric
    before, after = (scores["crowd", "bound_identity"].parts["subjects"] for scores in (whole[0], found))
    assert after == pytest.approx(before, abs=1e-12)
    assert list(after) != list(before)


def test_the_order_of_the_cases_changes_nothing(folder: Path, whole: tuple[Scores, bytes]) -> None:
    found = run(folder, cases=changed(folder, "reversed.json", lambda cases: cases.reverse()))
    assert found.rows == whole[0].rows


def test_names_of_files_change_nothing(whole: tuple[Scores, bytes], folder: Path, tmp_path: Path) -> None:
    text = (folder / "cases.json").read_text()
    for file in folder.glob("picture-*"):
        new = f"renamed {file.stem[8:]}.png"
        (tmp_path / new).write_bytes(file.read_bytes())
        text = text.replace(f'"{file.name}"', f'"{new}"')
    for case in CASES:
        (tmp_path / f"moved-{case}.mp4").write_bytes((folder / f"{case}.mp4").read_bytes())
        (tmp_path / f"{case}.truth.json").write_bytes((folder / f"{case}.truth.json").read_bytes())
        text = text.replace(f'"{case}.mp4"', f'"moved-{case}.mp4"')
    assert "picture-" not in text
    (tmp_path / "cases.json").write_text(text)
    assert run(tmp_path).rows == whole[0].rows


def keys(scores: Scores, case: str) -> dict[str, str]:
    return {metric: row.key for (id_, metric), row in scores.rows.items() if id_ == case}


def test_another_heldout_picture_is_another_piece_of_work_for_its_case_alone(
    folder: Path, whole: tuple[Scores, bytes]
) -> None:
    Image.fromarray(scene(7)).save(folder / "another.png")

    def change(cases: list[dict[str, Any]]) -> None:
        cases[0]["references"][0]["heldout"] = ["another.png"]

    found = run(folder, cases=changed(folder, "heldout.json", change), cache=folder / "cache")
    before, after = keys(whole[0], "crowd"), keys(found, "crowd")
    assert all(before[metric] != after[metric] for metric in METRICS)
    assert keys(whole[0], "alone") == keys(found, "alone")


def test_another_reference_elsewhere_changes_what_is_compared_with_chance(
    folder: Path, whole: tuple[Scores, bytes]
) -> None:
    def change(cases: list[dict[str, Any]]) -> None:
        del cases[0]["references"][2]["images"][1:], cases[0]["references"][2]["masks"][1:]

    found = run(folder, cases=changed(folder, "fewer.json", change), cache=folder / "cache")
    before, after = keys(whole[0], "alone"), keys(found, "alone")
    changed_keys = {metric for metric in METRICS if before[metric] != after[metric]}
    assert AGAINST_CHANCE <= changed_keys <= AGAINST_CHANCE | {"s2v_decoupling"}
    for metric in set(METRICS) - AGAINST_CHANCE:
        assert found["alone", metric].value == whole[0]["alone", metric].value


def test_the_same_run_twice_gives_the_same_bytes(folder: Path, whole: tuple[Scores, bytes], tmp_path: Path) -> None:
    run(folder, tmp_path)
    assert (tmp_path / "scores.jsonl").read_bytes() == whole[1]
    # A finished run is left alone.
    run(folder, tmp_path)
    assert (tmp_path / "scores.jsonl").read_bytes() == whole[1]


_KILLED = """
import json, os, signal, sys, s2vbench

options, when = json.loads(sys.argv[1]), float(sys.argv[2])

def progress(done, total, case):
    if done >= when:
        os.kill(os.getpid(), signal.SIGKILL)

s2vbench.score(**options, progress=progress)
"""


# In the first case, of which 8 frames of 9 are known then; and between the two cases.
@pytest.mark.parametrize(("when", "finished"), [(0.5, set()), (1.0, {"crowd"})])
def test_a_killed_run_goes_on_to_the_same_records(
    folder: Path, whole: tuple[Scores, bytes], tmp_path: Path, when: float, finished: set[str]
) -> None:
    out, cache = tmp_path / "run", tmp_path / "cache"
    options = {"cases": str(folder / "cases.json"), "truth": str(folder), "out": str(out), "only": CASES}
    options |= {"metrics": METRICS, "profile": tiny.PROFILE, "weights": "seeded:1", "device": "cpu"}
    command = [sys.executable, "-c", _KILLED, json.dumps(options), str(when)]
    environment = os.environ | {"S2VBENCH_CACHE": str(cache)}
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert {row.case for row in read_rows(out / "scores.jsonl", Score)} == finished
    assert any(cache.rglob("*.safetensors"))
    run(folder, out, cache=cache)
    assert (out / "scores.jsonl").read_bytes() == whole[1]
