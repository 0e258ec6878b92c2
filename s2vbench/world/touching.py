"""How one subject may touch another."""

from __future__ import annotations

from typing import Final, Literal

from s2vbench.world.cast import Individual

Verb = Literal["holds", "pushes", "approaches", "follows", "watches", "circles", "leans on"]

HELD_AT_MOST_M: Final = 0.8
"""Taller things are not carried about."""
LEANED_ON_AT_LEAST: Final = 0.5
"""Height of what one can lean against, relative to one's own."""


def contact_verbs(agent: Individual, patient: Individual) -> list[Verb]:
    """The relations of contact that one subject can have to another; none where their sizes allow none."""
    able = agent.species.actions
    found: list[Verb] = []
    if patient.height_m >= LEANED_ON_AT_LEAST * agent.height_m:
        found.append("leans on")
    if "hold" in able and patient.kind == "object" and patient.height_m <= HELD_AT_MOST_M:
        found.append("holds")
    if "push" in able and patient.kind != "human":
        found.append("pushes")
    return found
