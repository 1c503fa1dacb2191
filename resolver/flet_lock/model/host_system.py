"""The operating system this program runs on.

Parts that behave differently on Windows ask here, so that a test can put it in the place of the
system that it runs on.
"""

import sys

system: str = sys.platform
"""A value of `sys.platform`: `linux`, `darwin`, `win32`, …"""


def is_windows() -> bool:
    """Whether paths, locks, programs and shells are those of Windows."""
    return system == "win32"
