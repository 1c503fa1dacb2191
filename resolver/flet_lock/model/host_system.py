"""The operating system this program runs on.

Parts that behave differently on Windows ask here, so that a test can put it in the place of the
system that it runs on.
"""

import sys
from urllib.parse import unquote

system: str = sys.platform
"""A value of `sys.platform`: `linux`, `darwin`, `win32`, …"""


def is_windows() -> bool:
    """Whether paths, locks, programs and shells are those of Windows."""
    return system == "win32"


def path_of_url(path: str) -> str:
    """The local path of a `file:` URL's path (RFC 8089); on Windows, of drives and shares, too."""
    if not is_windows():
        return unquote(path)
    # Knows drives and shares. Late, because it brings http.client and email: 80 modules.
    from urllib.request import url2pathname  # noqa: PLC0415 - see above

    return url2pathname(path)
