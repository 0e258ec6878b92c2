"""Keep freed memory in the process: glibc otherwise returns every large tensor to the kernel and pays for it again.

On the machine `docs/performance.md` names the page faults cost interpolation and imaging 30 to 40 % of their time. Bits
do not change. The command line asks for it; importing s2vbench as a library does not.
"""

from __future__ import annotations

import ctypes
import os
import sys

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4
_NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Tell glibc to reuse large blocks; True where it took effect. S2VBENCH_MALLOC=default leaves it alone."""
    if not sys.platform.startswith("linux") or os.environ.get("S2VBENCH_MALLOC") == "default":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, _NEVER))
