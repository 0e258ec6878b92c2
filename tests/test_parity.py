"""Parity with stored official outputs: every network, every dimension on the real clips, aggregates.

The networks run with the default tests; the clips take minutes and carry the marker `parity`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

import s2vbench
from benchmarks.parity_table import compare, markdown
from s2vbench.backbones.bank import Bank
from s2vbench.backbones.seeded import published_keys, rule_for, seeded_state
from s2vbench.backbones.weights import resolve
from s2vbench.metrics.base import TABLE_1
from s2vbench.plugins import load, names

NETWORKS = ("dino_vitb16", "clip_vit_b32", "clip_vit_l14", "laion_head", "musiq_spaq", "amt_s", "viclip")
NETWORK_TOLERANCE = 3e-6
SCORE_TOLERANCE = 1e-6


def empty_network(name: str) -> torch.nn.Module:
    spec = load("backbones", name)
    with torch.device("meta"):
        network: torch.nn.Module = load("backbones", spec.build)(**spec.options)
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_our_layouts_and_rules_are_those_of_the_published_files(name: str, shared: Path, seeded: ModuleType) -> None:
    layout = seeded.load_layout(name)
    file = layout.pop("_file")
    spec = load("backbones", name)
    assert (spec.file, spec.wrapper) == (file["name"], file["wrapper"])
    keys = published_keys(empty_network(name))
    # The published CLIP archives carry three integers that are no weights.
    extras = {"input_resolution", "context_length", "vocab_size"} & set(layout)
    assert set(keys) == set(layout) - extras
    for key, value in keys.items():
        entry = layout[key]
        stored = entry["rule"] + (" float16" if entry["dtype"] == "float16" else "")
        assert tuple(value.shape) == tuple(entry["shape"]), key
        assert rule_for(spec, key, tuple(value.shape)) == stored, key


@pytest.mark.parametrize("name", ["laion_head", "amt_s", "musiq_spaq"])
def test_our_seeded_weights_have_the_stored_fingerprint(name: str, shared: Path, seeded: ModuleType) -> None:
    stored = json.loads((shared / "parity/fingerprints.json").read_text())
    state = seeded_state(empty_network(name), load("backbones", name), stored["weights_seed"])
    expected = stored["sum_and_sum_of_squares"][name]
    assert seeded.fingerprint(state) == pytest.approx(expected, rel=1e-9)


def relative(ours: Any, official: Any) -> float:
    return float(np.abs(np.asarray(ours) - official).max() / np.abs(official).max())


@pytest.mark.parametrize("name", ["dino_vitb16", "clip_vit_b32", "clip_vit_l14", "laion_head"])
def test_networks_equal_the_official_ones(name: str, shared: Path, seeded: ModuleType) -> None:
    stored = np.load(shared / f"parity/backbones/{name}.npz")
    seed = json.loads(str(stored["meta"]))["weights_seed"]
    network = Bank(resolve([load("backbones", name)], f"seeded:{seed}", allow_unverified=False)).network(name)
    inputs = json.loads(str(stored["meta"]))["inputs"]
    with torch.inference_mode():
        for key in inputs:
            x = seeded.case_input(stored, key)
            ours = network(x).reshape(stored[f"out_{key}"].shape)
            assert relative(ours, stored[f"out_{key}"]) <= NETWORK_TOLERANCE, key


def test_every_backbone_has_a_parity_test() -> None:
    # MUSIQ, AMT-S and ViCLIP have theirs in tests/backbones/, where two detectors and segmenters check each other.
    # Networks of this project's own have no official ones to equal.
    ours = {name for name in names("backbones") if name.startswith("mini_")}
    peers = {name for name in names("backbones") if name.startswith(("grounding_dino_", "sam_vit_"))}
    assert len(peers) == 8
    assert set(names("backbones")) - peers - ours == set(NETWORKS)


@pytest.mark.parity
def test_scores_of_the_real_clips_equal_the_official_ones(shared: Path) -> None:
    stored = shared / "parity/vbench_scores.json"
    seed = json.loads(stored.read_text())["weights_seed"]
    records = s2vbench.score(
        cases=shared / "real/kaleido_clips/cases.json",
        weights=f"seeded:{seed}",
        metrics=list(TABLE_1[:6]),
        device="cpu",
    )
    lines = compare(records, stored)
    sys.stdout.write(markdown(lines, seed))
    assert len(lines) == 6 * 5
    for line in lines:
        assert abs(line.difference) <= SCORE_TOLERANCE, line
