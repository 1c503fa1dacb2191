"""The desktop systems: what Python, people and wheel tags call each."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Desktop(Struct, frozen=True, kw_only=True):
    """A desktop system."""

    name: str
    """As people write it, `macOS`."""
    machines: str
    """What runs it, `Linux desktops`."""
    tag_prefixes: tuple[str, ...]
    """How the platform tags of its wheels begin."""


DESKTOPS: Final[Mapping[str, Desktop]] = {
    "Darwin": Desktop(name="macOS", machines="macOS", tag_prefixes=("macosx",)),
    "Linux": Desktop(
        name="Linux",
        machines="Linux desktops",
        tag_prefixes=("linux", "manylinux", "musllinux"),
    ),
    "Windows": Desktop(name="Windows", machines="Windows", tag_prefixes=("win",)),
}
"""By their values of the marker `platform_system`; sorted."""
