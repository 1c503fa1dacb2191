"""How much a wheel may unpack to. More is a fault or an attack ("zip bomb"), never an app."""

from typing import Final

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds for one wheel, checked against its table of contents before anything is unpacked.

    An archive cannot lie about sizes: zipfile reads no more of a member than it announces.
    """

    members: int
    """Files and folders."""
    unpacked_bytes: int
    """Of all members together."""
    ratio: int
    """Unpacked to packed, for the wheel as a whole."""
    ratio_from_bytes: int
    """Unpacked size below which a high ratio does no harm."""
    description_bytes: int
    """Of one file in `.dist-info` that is read whole."""


LIMITS: Final = Limits(
    # The largest real ones have some 35,000 (ansible).
    members=100_000,
    # A 32-bit phone cannot map more, and no store takes an app of half of it.
    unpacked_bytes=4 * 1024**3,
    # Deflate reaches 1032. Text has 3 to 10, tables of zeros in real wheels up to some 60.
    ratio=200,
    # A small wheel may hold one long file of blanks.
    ratio_from_bytes=64 * 1024**2,
    # A RECORD of 100,000 long lines has 20 MB.
    description_bytes=64 * 1024**2,
)
"""What is held to."""
