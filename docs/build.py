"""Writes the generated pages: docs/metrics/*.md from the metrics' declarations, docs/cli.md from the commands' help.

python docs/build.py            write them
python docs/build.py --check    exit 1 if one is out of date
"""

from __future__ import annotations

import argparse
import inspect
import math
import os
import subprocess
import sys
from pathlib import Path

from s2vbench import plugins
from s2vbench.features.subjects.names import SUBJECT_FEATURES
from s2vbench.metrics.base import Metric
from s2vbench.profiles import Profile, load_profile

DOCS = Path(__file__).parent
TESTSET_COMMANDS = tuple(f"testset {name}" for name in ("build", "check", "import", "show", "ls", "export"))
KALEIDO_COMMANDS = tuple(f"kaleido {name}" for name in ("positions", "convert", "encode", "dataset"))
COMMANDS = (
    *("run", "generate", "score", "report", "train", "ls", "doctor", "fetch"),
    *("testset", *TESTSET_COMMANDS),
    *("kaleido", *KALEIDO_COMMANDS),
)
MADE = "<!-- written by docs/build.py; edit the source it names -->\n\n"
AGGREGATES = {
    "items": "sum over all frames of all videos divided by their number (longer videos weigh more)",
    "videos": "plain mean over videos",
}
ARRAY_FUNCTIONS = {
    "subject_consistency": "s2vbench.metrics.consistency:consistency_of_frames",
    "background_consistency": "s2vbench.metrics.consistency:consistency_of_frames",
    "motion_smoothness": "s2vbench.metrics.motion:smoothness_of_errors",
    "viclip_score": "s2vbench.metrics.text:cosine",
    "s2v_consistency": "s2vbench.metrics.s2v:consistency_of_subjects",
    "s2v_decoupling": "s2vbench.metrics.decoupling:decoupling_of_frames",
    "s2v_decoupling_paper_literal": "s2vbench.metrics.decoupling:decoupling_of_frames",
    "s2v_decoupling_centered": "s2vbench.metrics.decoupling:expected_maximum",
    "background_leak": "s2vbench.metrics.decoupling:leak_of_frames",
    "presence_recall": "s2vbench.metrics.subjects:best_assignment",
    "bound_identity": "s2vbench.metrics.subjects:best_assignment",
    "binding_margin": "s2vbench.metrics.binding:margins_of",
    "duplication_rate": "s2vbench.metrics.presence:excess_FJ",
    "extra_subject_rate": "s2vbench.metrics.presence:extras_F",
    "copy_paste_angular": "s2vbench.metrics.copying:angular_index",
    "copy_paste_geometric": "s2vbench.video.keypoints:match_keypoints",
    "copy_paste_temporal": "s2vbench.metrics.copying:outline_change",
    "identity_drift": "s2vbench.metrics.drift:slope_per_second",
    "first_frame_flash": "s2vbench.metrics.drift:robust_z",
    "scale_jump_rate": "s2vbench.metrics.subject_motion:size_jumps",
    "subject_motion": "s2vbench.video.camera:camera_motion",
}


def metric_page(metric: Metric) -> str:
    """One metric: what, formula, range, making, what it catches and cannot see."""
    profile = load_profile("paper")
    low, high = metric.bounds
    bounds = "unbounded" if math.isinf(low) else f"{low:g} to {high:g}"
    lines = [f"# {metric.name} (version {metric.version})", "", f"{_sentence(metric.summary)}", ""]
    lines += ["| | |", "| --- | --- |", f"| range | {bounds} |"]
    lines += [f"| better | {'higher' if metric.higher_is_better else 'lower'} |"]
    lines += [f"| value of a set | {AGGREGATES[metric.aggregate]} |", f"| source | {metric.source} |"]
    lines += [f"| catches | {metric.catches} |", f"| cannot see | {metric.blind_to} |", ""]
    lines += ["## Computed as", "", inspect.getdoc(metric.compute) or "", ""]
    if metric.name in ARRAY_FUNCTIONS:
        function = plugins.load("metrics", ARRAY_FUNCTIONS[metric.name])
        lines += [
            f"`{function.__module__}.{function.__name__}`:",
            "",
            "```text",
            inspect.getdoc(function) or "",
            "```",
            "",
        ]
    lines += ["## Made with, under profile `paper`", "", "| feature | backbone | given | input recipe | frames |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for name in profile.subject_features(metric.needs):
        asked = _asked(profile, name)
        lines.append(f"| {name} | {asked} | frames, references | [s2v](../s2v.md) | every `frame_stride`-th |")
    for spec in profile.specs(metric.needs):
        backbone = plugins.load("backbones", spec.backbone)
        recipe = backbone.recipe.name if backbone.recipe and spec.of == "frames" else "-"
        sampling = spec.sampling if spec.of == "frames" else "-"
        lines.append(f"| {spec.name} | {backbone.summary} | {spec.of} | {recipe} | {sampling} |")
    return MADE + "\n".join(lines) + "\n"


def _asked(profile: Profile, feature: str) -> str:
    """The networks behind a feature about subjects."""
    names = vars(profile.subjects.backbones()) if profile.subjects else {}
    found = [plugins.load("backbones", names[role]).summary for role in SUBJECT_FEATURES[feature]]
    return "; ".join(found) or "pixels only"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def cli_page() -> str:
    """Every command's help, as a terminal of 100 columns shows it."""
    parts = ["# Commands", ""]
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    for command in ("", *COMMANDS):
        words = [sys.executable, "-m", "s2vbench", *command.split(), "--help"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
        text = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
        parts += [f"## s2vbench {command}".rstrip(), "", "```text", text, "```", ""]
    return MADE + "\n".join(parts)


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    metrics = {name: plugins.load("metrics", name) for name in plugins.names("metrics")}
    found = {DOCS / "metrics" / f"{name}.md": metric_page(metric) for name, metric in metrics.items()}
    return found | {DOCS / "cli.md": cli_page()}


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a page is out of date")
    check = parser.parse_args().check
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path} is out of date; run python docs/build.py\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    return int(bool(stale) and check)


if __name__ == "__main__":
    sys.exit(main())
