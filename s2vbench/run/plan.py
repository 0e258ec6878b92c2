"""From names and paths to a plan: which metrics, which features, which networks, which videos."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

from s2vbench import plugins
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import InputError
from s2vbench.features.collectors import COLLECTORS
from s2vbench.features.spec import FRAMES, PROMPT, FeatureSpec
from s2vbench.files import digest_of, inside
from s2vbench.metrics.base import Metric, load_metric
from s2vbench.profiles import Profile
from s2vbench.types import Case, Making, WeightsFile
from s2vbench.video.decode import VIDEO_SUFFIXES


@dataclass(frozen=True)
class MetricPlan:
    """One metric with the features it needs and the identity of its numbers."""

    metric: Metric
    features: list[FeatureSpec]
    making: Making
    comparability: str

    def key(self, case: Case, seed: int, video_sha256: str | None) -> str:
        """Names one piece of work: hashes everything that can change the value and nothing else."""
        uses_prompt = any(spec.of == PROMPT for spec in self.features)
        identity = {"comparability": self.comparability, "case": case.id, "seed": seed, "video": video_sha256}
        return digest_of(identity | ({"prompt": case.prompt} if uses_prompt else {}))


def choose_metrics(profile: Profile, names: list[str] | None) -> list[Metric]:
    """The metrics asked for, in the profile's order; all of them where none is named.

    Raises:
        InputError: a name that the profile does not have; the nearest is suggested.
    """
    chosen = list(profile.metrics)
    for name in names or []:
        if name not in profile.metrics:
            nearest = difflib.get_close_matches(name, profile.metrics, n=1)
            hint = f"did you mean {nearest[0]!r}? " if nearest else ""
            raise InputError(
                f"--metric {name}: not in profile {profile.name!r}; {hint}it has {', '.join(profile.metrics)}"
            )
    if names:
        chosen = [name for name in chosen if name in names]
    return [load_metric(name) for name in chosen]


def backbones_of(profile: Profile, metrics: list[Metric]) -> dict[str, BackboneSpec]:
    """The backbones behind some metrics, by the name that the profile gives them.

    Raises:
        InputError: an unknown backbone, or one that cannot make the feature it is named for.
    """
    found: dict[str, BackboneSpec] = {}
    for spec in (spec for metric in metrics for spec in profile.specs(metric.needs)):
        backbone = replace(plugins.load("backbones", spec.backbone), name=spec.backbone)
        able = {FRAMES: set(COLLECTORS), PROMPT: {"video_text"}}.get(spec.of, {"feature_head"})
        if backbone.role not in able:
            raise InputError(
                f"profile {profile.name}: feature {spec.name!r}: backbone {spec.backbone!r} is a {backbone.role}, "
                f"which makes nothing of {spec.of!r}"
            )
        found[spec.backbone] = backbone
    return found


def plan_metric(
    metric: Metric,
    profile: Profile,
    specs: dict[str, BackboneSpec],
    weights: dict[str, WeightsFile],
    precision: str,
) -> MetricPlan:
    """What a metric's numbers are made with, and the short name of that."""
    features = profile.specs(metric.needs)
    used = {spec.backbone: specs[spec.backbone] for spec in features}
    recipes = {
        spec.name: f"{recipe.name}+{spec.sampling}"
        for spec in features
        if spec.of != PROMPT and (recipe := used[spec.backbone].recipe) is not None
    }
    making = Making(
        profile=profile.name,
        precision=precision,
        backbones={name: weights[name].sha256 for name in used},
        recipes=recipes,
        weights_verified=all(weights[name].verified for name in used),
    )
    identity = {
        "metric": metric.name,
        "version": metric.version,
        "precision": precision,
        "backbones": making.backbones,
        "recipes": recipes,
    }
    return MetricPlan(metric, features, making, digest_of(identity))


def locate_video(case: Case, seed: int, cases_file: Path, videos: Path | None) -> Path:
    """Where the video of a case and seed should be; the first candidate where none exists.

    In `videos`: `<id>/<seed>.mp4` as a run folder keeps them, `<id>-<seed>.mp4`, `<id>.mp4` (or another video suffix,
    or a folder of frames), then the path that the case names. Without `videos`: the case's path, relative to the cases
    file.

    Raises:
        InputError: neither a folder of videos nor a path in the case.
    """
    if videos is None:
        if case.video is None:
            raise InputError(f'{cases_file}: case {case.id!r} names no video; add "video" to it or give --videos DIR')
        return cases_file.parent / case.video
    stems = [f"{case.id}/{seed}", f"{case.id}-{seed}", case.id]
    candidates = [videos / f"{stem}{suffix}" for stem in stems for suffix in VIDEO_SUFFIXES]
    if case.video is not None:
        candidates.append(inside(videos, case.video, where=f"{cases_file}, case {case.id!r}"))
    for candidate in candidates:
        if candidate.exists():
            return candidate
    frames = videos / case.id
    if frames.is_dir() and any(file.suffix.lower() in {".png", ".jpg", ".jpeg"} for file in frames.iterdir()):
        return frames
    return videos / (case.video if case.video is not None else f"{case.id}.mp4")
