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
from s2vbench.features.subjects.case_files import CaseSubjects
from s2vbench.features.subjects.names import FACES, SUBJECT_FEATURES, SUBJECT_RECIPES, USE_NULL
from s2vbench.files import digest_of, inside
from s2vbench.metrics.base import Metric, load_metric, without_meaning
from s2vbench.profiles import Profile
from s2vbench.types import Case, Making, WeightsFile
from s2vbench.video.decode import VIDEO_SUFFIXES


@dataclass(frozen=True)
class MetricPlan:
    """One metric with the features it needs and the identity of its numbers."""

    metric: Metric
    features: list[FeatureSpec]
    subject_features: tuple[str, ...]
    making: Making
    comparability: str

    def key(self, case: Case, seed: int, video_sha256: str | None, subjects: CaseSubjects | None = None) -> str:
        """Names one piece of work: hashes everything that can change the value and nothing else."""
        identity = {"comparability": self.comparability, "case": case.id, "seed": seed, "video": video_sha256}
        if any(spec.of == PROMPT for spec in self.features):
            identity["prompt"] = case.prompt
        if self.subject_features:
            assert subjects is not None, "metrics about subjects are given subjects"
            identity["subjects"] = subjects.digest(with_null=bool(USE_NULL & set(self.subject_features)))
        return digest_of(identity)


def choose_metrics(profile: Profile, names: list[str] | None) -> list[Metric]:
    """The metrics asked for, in the profile's order; all of them where none is named.

    Those that the profile calls not applicable need nothing and say why for every video.

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
    metrics = [load_metric(name) for name in chosen]
    # Whoever asks what a metric needs (networks to fetch, features to compute) is told "nothing" for these.
    reasons = profile.not_applicable
    return [without_meaning(metric, reasons[metric.name]) if metric.name in reasons else metric for metric in metrics]


def backbones_of(profile: Profile, metrics: list[Metric], *, truth: bool = False) -> dict[str, BackboneSpec]:
    """The backbones behind some metrics, by the name that the profile gives them.

    Args:
        profile: what numbers are made with.
        metrics: the metrics wanted.
        truth: subjects are known, so that nobody has to find them.

    Raises:
        InputError: an unknown backbone, or one that cannot make the feature it is named for.
    """
    found: dict[str, BackboneSpec] = {}

    def take(name: str, able: set[str], what: str) -> None:
        backbone = replace(plugins.load("backbones", name), name=name)
        if backbone.role not in able:
            wanted = " or ".join(sorted(able))
            raise InputError(f"profile {profile.name}: {what}: {name!r} is a {backbone.role}, not a {wanted}")
        found[name] = backbone

    for metric in metrics:
        for spec in profile.specs(metric.needs):
            able = {FRAMES: set(COLLECTORS), PROMPT: {"video_text"}}.get(spec.of, {"feature_head"})
            take(spec.backbone, able, f"feature {spec.name!r} (of {spec.of})")
        for role, name in _subject_backbones(profile, metric, truth=truth).items():
            take(name, _SUBJECT_ROLES[role], f"[subjects] {role}")
    return found


_SUBJECT_ROLES = {
    "detector": {"detector"},
    "segmenter": {"segmenter"},
    "similarity": {"frame_encoder"},
    "identity": {"frame_encoder"},
}


def _subject_backbones(profile: Profile, metric: Metric, *, truth: bool) -> dict[str, str]:
    """What a metric asks the profile's [subjects] for: role -> backbone."""
    features = profile.subject_features(metric.needs)
    if not features:
        return {}
    assert profile.subjects is not None, "subject_features has checked"
    names = vars(profile.subjects.backbones())
    roles = dict.fromkeys(role for feature in features for role in SUBJECT_FEATURES[feature])
    return {role: names[role] for role in roles if not (truth and role in {"detector", "segmenter"})}


def plan_metric(
    metric: Metric,
    profile: Profile,
    specs: dict[str, BackboneSpec],
    weights: dict[str, WeightsFile],
    precision: str,
    *,
    truth: bool = False,
    faces: str = "",
) -> MetricPlan:
    """What a metric's numbers are made with, and the short name of that.

    Args:
        metric: the metric.
        profile: names its features, networks and choices.
        specs: the backbones.
        weights: the weights files that they use.
        precision: of the networks.
        truth: subjects are known, not found.
        faces: digest of the face networks' files, empty where there are none.
    """
    features = profile.specs(metric.needs)
    subject_features = profile.subject_features(metric.needs)
    used = [spec.backbone for spec in features]
    used += _subject_backbones(profile, metric, truth=truth).values()
    recipes = {
        spec.name: f"{recipe.name}+{spec.sampling}"
        for spec in features
        if spec.of != PROMPT and (recipe := specs[spec.backbone].recipe) is not None
    }
    backbones = {name: weights[name].sha256 for name in used}
    if truth and subject_features:
        backbones["detector"] = "truth"
    if FACES in subject_features:
        backbones["faces"] = faces or "none"
    policy = profile.subjects.policy.model_dump(mode="json") if subject_features and profile.subjects else {}
    making = Making(
        profile=profile.name,
        precision=precision,
        backbones=backbones,
        recipes=recipes,
        weights_verified=all(weights[name].verified for name in used),
        policy=policy,
    )
    identity = {
        "metric": metric.name,
        "version": metric.version,
        "precision": precision,
        "backbones": making.backbones,
        "recipes": recipes,
    }
    if subject_features:
        identity |= {"policy": policy, "subject_recipes": SUBJECT_RECIPES}
    if metric.name in profile.not_applicable:
        identity["not_applicable"] = profile.not_applicable[metric.name]
    return MetricPlan(metric, features, subject_features, making, digest_of(identity))


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
