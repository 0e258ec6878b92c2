"""Licences by their SPDX identifiers: those that pictures, data and code commonly have."""

from __future__ import annotations

import difflib
import re

_CREATIVE_COMMONS = [
    f"CC-{kind}-{version}"
    for kind in ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
    for version in ("1.0", "2.0", "2.5", "3.0", "4.0")
]
_PORTED = [f"CC-BY{share}-3.0-{land}" for share in ("", "-SA") for land in ("AT", "AU", "DE", "IGO", "NL", "US")]
SPDX_IDS = frozenset(
    [
        *_CREATIVE_COMMONS,
        *_PORTED,
        *("CC0-1.0", "CC-PDDC", "CC-PDM-1.0", "CC-SA-1.0", "PDDL-1.0", "ODbL-1.0", "ODC-By-1.0"),
        *("CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "C-UDA-1.0", "O-UDA-1.0"),
        *("DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "etalab-2.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "OGL-Canada-2.0"),
        *("NLOD-1.0", "NLOD-2.0", "GFDL-1.1-only", "GFDL-1.1-or-later", "GFDL-1.2-only", "GFDL-1.2-or-later"),
        *("GFDL-1.3-only", "GFDL-1.3-or-later", "FAL-1.3", "Against-DRM", "OFL-1.0", "OFL-1.1"),
        *("Apache-1.1", "Apache-2.0", "MIT", "MIT-0", "ISC", "0BSD", "BSD-1-Clause", "BSD-2-Clause"),
        *("BSD-3-Clause", "BSD-3-Clause-Clear", "BSL-1.0", "Unlicense", "WTFPL", "Zlib", "X11", "NCSA", "PSF-2.0"),
        *("Python-2.0", "HPND", "libpng-2.0", "Artistic-2.0", "AFL-3.0", "ECL-2.0", "EPL-1.0", "EPL-2.0"),
        *("EUPL-1.1", "EUPL-1.2", "MPL-1.1", "MPL-2.0", "MPL-2.0-no-copyleft-exception", "MS-PL", "MS-RL", "OSL-3.0"),
        *("GPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later"),
        *("LGPL-2.1", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0", "LGPL-3.0-only", "LGPL-3.0-or-later"),
        *("AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "PolyForm-Noncommercial-1.0.0", "NASA-1.3", "NIST-PD"),
    ]
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\+?")
_OWN = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")


def wrong_licence(expression: str) -> tuple[str, str] | None:
    """Why `licence_spdx` names no licence, and what to do; None where it is an SPDX expression of known licences.

    >>> wrong_licence("CC-BY-4.0 AND (MIT OR LicenseRef-mine)") is None
    True
    >>> wrong_licence("CC-BY-4")
    ("licence_spdx 'CC-BY-4' is no SPDX identifier that is known here", 'write "CC-BY-4.0", or "LicenseRef-NAME"')
    """
    parts = re.sub(r"([()])", r" \1 ", expression).split()
    if not _is_well_formed(parts) or expression != expression.strip():
        return f"licence_spdx {expression!r} is no SPDX expression", 'write it like "CC-BY-4.0" or "LicenseRef-mine"'
    for before, part in zip(["", *parts], parts, strict=False):
        # An exception after WITH ("Classpath-exception-2.0") is no licence.
        if part in {"(", ")", "AND", "OR", "WITH"} or before == "WITH" or _OWN.fullmatch(part):
            continue
        if part.removesuffix("+") not in SPDX_IDS:
            by_small = {name.casefold(): name for name in sorted(SPDX_IDS)}
            near = difflib.get_close_matches(part.casefold(), by_small, n=1)
            instead = f'write "{by_small[near[0]]}", or "LicenseRef-NAME"' if near else 'write it as "LicenseRef-NAME"'
            return f"licence_spdx {part!r} is no SPDX identifier that is known here", instead
    return None


def _is_well_formed(parts: list[str]) -> bool:
    """True where terms and AND, OR, WITH take turns and every bracket is closed."""
    depth, wants_term = 0, True
    for part in parts:
        if part in {"(", ")"}:
            depth += 1 if part == "(" else -1
            if depth < 0 or wants_term != (part == "("):
                return False
        elif part in {"AND", "OR", "WITH"}:
            if wants_term:
                return False
            wants_term = True
        elif not wants_term or not (_WORD.fullmatch(part) or _OWN.fullmatch(part)):
            return False
        else:
            wants_term = False
    return depth == 0 and not wants_term
