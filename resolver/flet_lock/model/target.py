"""What one pip run of `flet build` serves: a platform, an ABI or slice, a Python, a minimum OS."""

from enum import StrEnum

from msgspec import Struct


class Platform(StrEnum):
    """A phone platform; the value is the word used in options, tables and file names."""

    ANDROID = "android"
    IOS = "ios"

    @property
    def label(self) -> str:
        """The name people write, which is also `platform_system` on the device."""
        return "Android" if self is Platform.ANDROID else "iOS"


class Target(Struct, frozen=True, kw_only=True, order=True):
    """One ABI or slice of a platform, with the Python and the oldest OS the app runs on."""

    platform: Platform
    slice_name: str
    """The build's own folder name: `arm64-v8a`, `iphonesimulator.x86_64`, …"""
    python_version: tuple[int, int]
    """Minor release of the bundled Python, (3, 14)."""
    python_full_version: str
    """`3.14.6`; what `Requires-Python` is held against."""
    minimum_os: tuple[int, int]
    """Android: (API level, 0). iOS: (major, minor)."""
    oldest_tag: tuple[int, int] = (0, 0)
    """The oldest OS among the wheel tags that the build's pip takes: Flet before 0.86 takes
    `android_24` alone."""

    @property
    def label(self) -> str:
        """`Android arm64-v8a`; unique among the targets of an app."""
        return f"{self.platform.label} {self.slice_name}"

    def __str__(self) -> str:
        return self.label
