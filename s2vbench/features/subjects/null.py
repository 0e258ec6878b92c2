"""Which of other cases' reference pictures say what chance looks like."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from s2vbench.errors import PictureError
from s2vbench.features.subjects.case_files import ViewFile

if TYPE_CHECKING:
    from s2vbench.features.subjects.parts.base import Setting

log = logging.getLogger(__name__)


def usable_null_views(setting: Setting) -> list[ViewFile]:
    """The first few candidates that show a background; a picture that cannot be read is its own case's problem."""
    found: list[ViewFile] = []
    for view in setting.case.null:
        if len(found) == setting.policy.null_references:
            break
        try:
            if setting.book.facts(view)[1]:
                found.append(view)
        except PictureError as error:
            log.info("not used as a measure of chance: %s", error)
    return found
