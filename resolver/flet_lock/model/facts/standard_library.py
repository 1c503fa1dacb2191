"""Names of modules that Python itself brings, whatever Python this program runs on."""

import sys
from typing import Final

from packaging.utils import NormalizedName, canonicalize_name

# Gone by 3.14 (PEP 594, What's New in Python 3.12 and 3.14), while an older Python that this
# program runs on still lists them: what brings them back is worth having.
_DROPPED: Final = (
    *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils"),
    *("imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes"),
    *("smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
)
STANDARD_MODULES: Final = frozenset(map(canonicalize_name, sys.stdlib_module_names)) - {
    canonicalize_name(name) for name in _DROPPED
}


def is_standard_module(package: NormalizedName) -> bool:
    """Whether a package is called as a module of Python's own, and would take its place."""
    return package in STANDARD_MODULES
