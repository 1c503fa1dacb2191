"""How much a wheel may unpack to. More is a fault or an attack ("zip bomb"), never an app."""

from typing import Final

MAX_MEMBERS: Final = 100_000
"""Files and folders of one wheel. The largest real ones have some 35,000 (ansible)."""

MAX_UNPACKED_BYTES: Final = 4 * 1024**3
"""Of one wheel. A 32-bit phone cannot map more, and no store takes an app of half of it."""

MAX_RATIO: Final = 200
"""Unpacked to packed, for a wheel as a whole. Deflate reaches 1032; text has 3 to 10, tables of
zeros in data files of real wheels up to some 60."""

RATIO_COUNTS_FROM_BYTES: Final = 64 * 1024**2
"""Below that a high ratio does no harm: a small wheel may hold one long file of blanks."""

MAX_DESCRIPTION_BYTES: Final = 64 * 1024**2
"""Of one file in `.dist-info` that is read whole: a RECORD of `MAX_MEMBERS` lines has 20 MB."""
