"""How large a thing from outside may be. Whatever is larger is refused where it comes in.

Each bound is far above what anybody writes (the longest requirement of the 8,000 most popular
packages has 300 characters) and far below what takes noticeable time to work through.
"""

from typing import Final

MEGABYTE: Final = 1_000_000
PROJECT_FILE_BYTES: Final = 4 * MEGABYTE
"""Of pyproject.toml, requirements.txt and what they include."""
LOCK_BYTES: Final = 32 * MEGABYTE
"""Of a lock. One of 1,000 packages with 20 wheels each has 6 MB."""
TABLE_BYTES: Final = 16 * MEGABYTE
"""Of a table that comes with Flet, such as its list of Pythons."""
NESTING: Final = 64
"""Levels of arrays and tables in a document, of parentheses in a marker, and of files or groups
that include each other."""
DIGITS: Final = 64
"""Digits of one number. Python itself refuses to read more than 4,300."""
NAME_LENGTH: Final = 256
"""Characters of a name; PyPI's longest has 80, a file's may have 255."""
VERSION_LENGTH: Final = 256
"""Characters of a version."""
URL_LENGTH: Final = 8_192
"""Characters of a URL; RFC 9110, 4.1 recommends support for 8,000 octets."""
REQUIREMENT_LENGTH: Final = 16_384
"""Characters of a requirement: a URL and a marker."""
EXTRAS: Final = 128
"""Extras in one requirement."""
