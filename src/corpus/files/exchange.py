"""Two folders that take each other's place at once, so that at no moment is there neither."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def exchange(one: Path, other: Path) -> bool:
    """Whether two folders have taken each other's place, which not every system can do."""
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if library is None or not hasattr(library, "renameat2"):
        return False
    status = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(status == 0)
