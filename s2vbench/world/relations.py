"""What one subject does to another: both of their ways through a clip."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from s2vbench.types import Relation
from s2vbench.world.cast import Individual
from s2vbench.world.clip import Moment
from s2vbench.world.figure import Action
from s2vbench.world.moves import EDGE, Spot, along, on_the_spot, round_about, straight, to_and_fro
from s2vbench.world.sizes import span
from s2vbench.world.solo import MOVING, Rehearsal, alone

Ways = dict[str, tuple[Moment, ...]]


def _holds(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    dice = here.dice.child("holds", relation.agent_id)
    agent = on_the_spot("hold", spots[relation.agent_id], here.time, dice)
    yaw_deg = dice.between(-30, 30)
    spot = spots[relation.patient_id]
    still = on_the_spot("stand", spot, here.time, dice.child("held"))
    patient = [replace(moment, pose=replace(moment.pose, yaw_deg=yaw_deg)) for moment in still]
    del people
    return {relation.agent_id: agent, relation.patient_id: tuple(patient)}


def _pushes(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    dice = here.dice.child("pushes", relation.agent_id)
    heading = 1.0 if patient.x >= agent.x else -1.0
    y = max(agent.y, patient.y)
    reach = 0.36 * agent.height + 0.8 * span(people[relation.patient_id])[0] * patient.height
    speed = here.time.speed("push", agent.height)
    room = here.aspect - 2 * EDGE - reach
    travel = min(speed * here.time.num_frames / here.time.fps, max(room, 0.05))
    middle = here.aspect / 2 - heading * (travel + reach) / 2
    path = straight((middle, y), (middle + heading * travel, y), speed)
    pusher = along(people[relation.agent_id], path, "push", replace(agent, y=y), here.time, dice)
    roll = "roll" in people[relation.patient_id].species.actions
    pushed = along(people[relation.patient_id], path, "roll", replace(patient, y=y), here.time, dice.child("pushed"))
    moved = [
        replace(
            moment, x=moment.x + heading * reach,
            pose=moment.pose if roll else replace(moment.pose, action="stand", yaw_deg=heading * 20),
        )
        for moment in pushed
    ]  # fmt: skip
    return {relation.agent_id: pusher, relation.patient_id: tuple(moved)}


def _approaches(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    side = 1.0 if agent.x >= patient.x else -1.0
    near = span(people[relation.patient_id])[0] * patient.height + span(people[relation.agent_id])[0] * agent.height
    start = min(max(agent.x + side * 0.15 * here.aspect, EDGE / 2), here.aspect - EDGE / 2)
    gait: Action = next((gait for gait in MOVING if gait in people[relation.agent_id].species.actions), "stand")
    end = (patient.x + side * 0.8 * near, patient.y + 0.02)
    length = math.hypot(end[0] - start, end[1] - agent.y)
    speed = max(here.time.speed("walk", agent.height), 1.2 * length * here.time.fps / here.time.num_frames)
    path = straight((start, agent.y), end, speed)
    dice = here.dice.child("approaches", relation.agent_id)
    if gait == "stand":
        gait = "roll"
    waiting = _turned_to(alone(here, people[relation.patient_id], patient, "stand", dice.child("waiting")), side)
    return {
        relation.agent_id: along(people[relation.agent_id], path, gait, agent, here.time, dice),
        relation.patient_id: waiting,
    }


def _turned_to(moments: tuple[Moment, ...], side: float) -> tuple[Moment, ...]:
    """The same, turned halfway to the right (side 1) or left (-1)."""
    return tuple(
        replace(moment, pose=replace(moment.pose, yaw_deg=0.3 * moment.pose.yaw_deg + side * 42)) for moment in moments
    )


def _follows(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    dice = here.dice.child("follows", relation.agent_id)
    heading = 1.0 if patient.x >= agent.x else -1.0
    speed = here.time.speed("walk", (agent.height + patient.height) / 2)
    gap = (
        span(people[relation.agent_id])[0] * agent.height + span(people[relation.patient_id])[0] * patient.height
    ) * 0.9
    leader = to_and_fro(patient, speed, here.aspect, heading)
    gaits: list[Action] = [
        next((gait for gait in MOVING if gait in people[key].species.actions), "roll")
        for key in (relation.agent_id, relation.patient_id)
    ]
    behind = along(
        people[relation.agent_id],
        lambda time_s: (leader(time_s - gap / speed)[0], agent.y),
        gaits[0],
        agent,
        here.time,
        dice.child("behind"),
    )
    return {
        relation.agent_id: behind,
        relation.patient_id: along(people[relation.patient_id], leader, gaits[1], patient, here.time, dice),
    }


def _watches(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    side = 1.0 if patient.x >= agent.x else -1.0
    dice = here.dice.child("watches", relation.agent_id)
    return {relation.agent_id: _turned_to(alone(here, people[relation.agent_id], agent, "stand", dice), side)}


def _circles(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    dice = here.dice.child("circles", relation.agent_id)
    radius = (
        span(people[relation.patient_id])[0] * patient.height + 0.7 * span(people[relation.agent_id])[0] * agent.height
    )
    centre = (min(max(patient.x, EDGE + radius), max(here.aspect - EDGE - radius, EDGE + radius)), patient.y)
    speed = here.time.speed("walk", agent.height) * 1.3
    path = round_about(centre, radius, speed, dice.unit())
    gait: Action = next((gait for gait in MOVING if gait in people[relation.agent_id].species.actions), "roll")
    dancer = along(people[relation.agent_id], path, gait, agent, here.time, dice)
    middle = alone(here, people[relation.patient_id], replace(patient, x=centre[0]), "stand", dice.child("middle"))
    return {relation.agent_id: dancer, relation.patient_id: middle}


def _leans_on(here: Rehearsal, people: Mapping[str, Individual], spots: dict[str, Spot], relation: Relation) -> Ways:
    agent, patient = spots[relation.agent_id], spots[relation.patient_id]
    side = 1.0 if agent.x >= patient.x else -1.0
    touch = 0.75 * span(people[relation.patient_id])[0] * patient.height + 0.3 * agent.height
    dice = here.dice.child("leans", relation.agent_id)
    place = replace(agent, x=patient.x + side * touch, y=patient.y + 0.005)
    leaning = alone(here, people[relation.agent_id], place, "stand", dice)
    still = alone(here, people[relation.patient_id], patient, "stand", dice.child("still"))
    return {relation.agent_id: _turned_to(leaning, -side * 0.5), relation.patient_id: still}


ACT_OUT: Final = {
    "holds": _holds,
    "pushes": _pushes,
    "approaches": _approaches,
    "follows": _follows,
    "watches": _watches,
    "circles": _circles,
    "leans on": _leans_on,
}
