"""The wheels of one slice together, and the phone that they are for: what rules look at."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.audit.elf import ElfFile
from flet_lock.audit.native_facts import NativeFacts, processor_of
from flet_lock.audit.wheel_binaries import Binary, WheelBinaries
from flet_lock.model.facts.generation import Generation
from flet_lock.model.target import Platform, Target

_ARM64_SIMULATOR: Final = "iphonesimulator.arm64"
_ARM64_SIMULATOR_FLOOR: Final = (14, 0)
"""The first simulator on Apple silicon; linkers write no less into a file for it."""


class SliceWheel(Struct, frozen=True, kw_only=True):
    """A wheel that a slice gets."""

    package: NormalizedName
    content: WheelBinaries
    other_pythons: tuple[tuple[int, int], ...] = ()
    """Other Pythons of Flet that would take the same wheel, newest last."""


class SliceWheels:
    """What is installed on one slice of an app, as far as it is native."""

    def __init__(
        self,
        target: Target,
        wheels: tuple[SliceWheel, ...],
        *,
        facts: NativeFacts,
        generation: Generation,
        is_complete: bool,
    ) -> None:
        """Takes what is known.

        Args:
            target: the slice, its Python and the oldest OS that the app runs on.
            wheels: those with binaries.
            facts: what Android and Python have.
            generation: how Flet builds the app.
            is_complete: whether nothing but these wheels brings binaries.
        """
        self.target = target
        self.wheels = wheels
        self.facts = facts
        self.generation = generation
        self.is_complete = is_complete
        self.processor = processor_of(target.slice_name)

    @property
    def is_android(self) -> bool:
        """Whether its binaries are ELF files."""
        return self.target.platform is Platform.ANDROID

    @property
    def is_device(self) -> bool:
        """Whether it is for phones, and goes to a store; False for a simulator of iOS."""
        return "simulator" not in self.target.slice_name

    @property
    def minimum_ios(self) -> tuple[int, int]:
        """The oldest iOS that a binary may ask for."""
        if self.target.slice_name == _ARM64_SIMULATOR:
            return max(self.target.minimum_os, _ARM64_SIMULATOR_FLOOR)
        return self.target.minimum_os

    @cached_property
    def binaries(self) -> Mapping[str, Binary]:
        """Every binary of the slice by its own name; libraries by their soname, too."""
        found = {each.name: each for wheel in self.wheels for each in wheel.content.binaries}
        sonames = {
            each.content.soname: each
            for each in found.values()
            if isinstance(each.content, ElfFile) and each.content.soname
        }
        return sonames | found

    @cached_property
    def needed(self) -> frozenset[str]:
        """Names of all libraries that any binary of the slice needs."""
        return frozenset(
            name
            for wheel in self.wheels
            for each in wheel.content.binaries
            if isinstance(each.content, ElfFile)
            for name in each.content.needed
        )
