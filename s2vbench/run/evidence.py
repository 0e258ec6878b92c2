"""What a person needs to see why a video got its numbers: `evidence/<case>-<seed>.safetensors` in the run folder.

Small on purpose (JPEG frames of 320 px, masks of the same size): reports show it without video, references or cache.

Shape letters: M instances of all frames together.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np

from s2vbench.errors import InputError, NotApplicable
from s2vbench.features.engine import FeatureFailedError, Features
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.features.subjects.composite import fitted
from s2vbench.features.subjects.names import THUMBNAILS, TRACKS
from s2vbench.features.subjects.tracks import LeakMaps, Tracks
from s2vbench.metrics.s2v import subject_similarity
from s2vbench.metrics.subjects import bind
from s2vbench.run.evidence_file import (
    AssignedBy,
    Evidence,
    EvidenceFrame,
    EvidenceInstance,
    EvidenceSubject,
    EvidenceView,
    as_stored,
    evidence_path,
    load_evidence,
    save_evidence,
)
from s2vbench.types import Case, FramesU8
from s2vbench.video.rle import decode

log = logging.getLogger(__name__)

Assigned = dict[int, int]
"""Instance -> subject that it stands for."""


def write_evidence(run: Path, work: SubjectWork, case: Case, seed: int, features: Features) -> None:
    """Write what is known about the subjects of one video; nothing where there are no tracks.

    Raises:
        OutputError: the run folder cannot be written.
    """
    if THUMBNAILS not in work.features:
        # Only whole frames were compared: nobody looked for subjects.
        return
    try:
        tracks, pictures = features[TRACKS], features[THUMBNAILS]
    except (NotApplicable, FeatureFailedError) as error:
        log.info("no evidence about %s: %s", case.id, error)
        return
    assigned, assigned_by = _assigned(features, tracks, work)
    leak = _leak(features) if "leak" in work.features else None
    found = Evidence(
        case=case.id,
        seed=seed,
        prompt=case.prompt,
        fps=tracks.fps,
        frames_F=tuple(tracks.frames_F.tolist()),
        subjects=tuple(EvidenceSubject(s.id, s.noun, s.missing_reason) for s in tracks.subjects),
        frames=tuple(
            _frame(tracks, assigned, int(position), picture_HWC)
            for position, picture_HWC in zip(pictures["positions"], pictures["pictures"], strict=True)
        ),
        views=tuple(
            EvidenceView(view.subject, view.mask_source, pictures[f"view_{at}"], pictures[f"mask_{at}"].astype(bool))
            for at, view in enumerate(tracks.views)
            if view.role == "condition"
        ),
        assigned_by=assigned_by,
        leak_frames_L=tuple(leak.frames_L.tolist()) if leak else (),
        leak_z_LRC=leak.z_LRC.astype(np.float32) if leak else None,
    )
    save_evidence(run, _with_earlier(run, found))


def _assigned(features: Features, tracks: Tracks, work: SubjectWork) -> tuple[Assigned, AssignedBy | None]:
    """The choice of the strict metrics; where they were not asked for, that of S2V Consistency."""
    if "identity_crops" in work.features:
        try:
            binding = bind(features)
        except (NotApplicable, FeatureFailedError):
            return {}, "bound_identity"
        subject_of_slot = [binding.judged_J[place] for place in binding.slot_subject_S]
        return {
            int(row): subject
            for slots in binding.assigned_FS
            for row, subject in zip(slots, subject_of_slot, strict=True)
            if row >= 0
        }, "bound_identity"
    if "clip_crops" in work.features:
        try:
            chosen_FK = subject_similarity(tracks, features["clip_crops"]).chosen_FK
        except (NotApplicable, FeatureFailedError):
            return {}, "s2v_consistency"
        return {
            int(row): subject for rows in chosen_FK for subject, row in enumerate(rows) if row >= 0
        }, "s2v_consistency"
    return {}, None


def _frame(tracks: Tracks, assigned: Assigned, position: int, picture_HWC: FramesU8) -> EvidenceFrame:
    scale = picture_HWC.shape[1] / tracks.width_px
    instances = tuple(
        EvidenceInstance(
            mask_HW=fitted(decode(tracks.masks[row]), *picture_HWC.shape[:2]),
            box=tuple((tracks.boxes_M4[row] * scale).round(2).tolist()),
            score=float(tracks.scores_M[row]),
            subject=assigned.get(row),
        )
        for row in np.flatnonzero((tracks.frame_M == position) & tracks.accepted_M()).tolist()
    )
    return EvidenceFrame(position, int(tracks.frames_F[position]), picture_HWC, instances)


def _leak(features: Features) -> LeakMaps | None:
    try:
        leak: LeakMaps = features["leak"]
    except (NotApplicable, FeatureFailedError):
        return None
    return leak if len(leak.frames_L) else None


def _with_earlier(run: Path, found: Evidence) -> Evidence:
    """Evidence plus what an earlier call with other metrics found in the same video."""
    try:
        earlier = load_evidence(evidence_path(run, found.case, found.seed))
    except InputError:
        return found
    if not _same_video(found, earlier):
        return found
    if found.leak_z_LRC is None and earlier.leak_z_LRC is not None:
        found = replace(found, leak_frames_L=earlier.leak_frames_L, leak_z_LRC=earlier.leak_z_LRC)
    if earlier.assigned_by == "bound_identity" or found.assigned_by is None:
        found = replace(found, frames=earlier.frames, assigned_by=earlier.assigned_by)
    return found


def _same_video(found: Evidence, earlier: Evidence) -> bool:
    # With known truth the instances are the same in any video: the pictures have to tell.
    return (
        (found.frames_F, found.fps, found.subjects) == (earlier.frames_F, earlier.fps, earlier.subjects)
        and len(found.frames) == len(earlier.frames)
        and all(
            np.array_equal(as_stored(frame.picture_HWC), before.picture_HWC)
            and [(i.box, i.score) for i in frame.instances] == [(i.box, i.score) for i in before.instances]
            for frame, before in zip(found.frames, earlier.frames, strict=True)
        )
    )
