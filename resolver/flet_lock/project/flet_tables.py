"""`[tool.flet]` and `[tool.flet.<platform>]`: what they say about targets and sources."""

from collections.abc import Iterable, Sequence
from typing import Final

from packaging.utils import InvalidName, NormalizedName, canonicalize_name

from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.project import NoteKind
from flet_lock.model.app.requirement import Place
from flet_lock.model.facts.generation import BUILD_ARCH, Archs, PlatformSetting
from flet_lock.model.facts.oldest_os import OLDEST_OS
from flet_lock.model.facts.slices import all_slice_names, slice_names
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import toml_place
from flet_lock.project.document import Document, Keys
from flet_lock.project.settings.merge import MergedSettings

LATER: Final = ("target_arch", "source_packages", "dev_packages")
"""Settings that came with a version of Flet: see `Generation.reads`."""


def platform_setting(
    document: Document, platform: Platform, *keys: str
) -> tuple[tuple[str, ...], object]:
    """flet-cli's `get_platform_setting`: the platform's value wins even when it is empty.

    Before Flet 1.0 an empty value counts as absent. What the Flet that builds does not read is
    noted, and absent.

    Args:
        document: pyproject.toml.
        platform: whose value wins over the common one.
        keys: the setting, below `[tool.flet]`.

    Returns:
        The key that won, and its value; the common key and None if neither is there.
    """
    generation = None if document.flet is None else document.flet.generation
    first = generation is not None and generation.platform_setting is PlatformSetting.FIRST
    for path in (("tool", "flet", platform.value, *keys), ("tool", "flet", *keys)):
        value = document.get(*path)
        if value is None or (first and value in ([], {}, "")):
            continue
        if generation is None or keys[0] not in LATER or keys[0] in generation.reads:
            return path, value
        document.note(path, NoteKind.NOT_READ, keys[0])
    return ("tool", "flet", *keys), None


class FletTables:
    """Reads the settings of the build that matter to a lock."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def target_archs(self, platforms: Iterable[Platform]) -> dict[Platform, tuple[str, ...]]:
        """`target_arch`, in the order it is written; a platform with no choice is left out."""
        found: dict[Platform, tuple[str, ...]] = {}
        for platform in platforms:
            path, value = platform_setting(self._document, platform, "target_arch")
            is_one = isinstance(value, str)
            values: Sequence[tuple[int, str]]
            if isinstance(value, str):
                values = [(0, value)] if value else []
            else:
                values = self._document.strings_of(path, value)
            is_own = len(path) > len(("tool", "flet", "target_arch"))
            chosen = []
            choices = slice_names(platform)
            for index, name in values:
                if name in all_slice_names(platform):
                    chosen.append(name)
                elif is_own or platform is Platform.ANDROID:
                    at: Keys = path if is_one else (*path, index)
                    self._document.fault(at, FaultKind.UNKNOWN_ARCH, name, choices=choices)
                # [tool.flet].target_arch is meant for Android and macOS: names of theirs say
                # nothing about iOS.
            if chosen:
                found[platform] = tuple(dict.fromkeys(chosen))
            flet = self._document.flet
            first_only = flet is not None and flet.generation.archs is Archs.FIRST
            if first_only and len(found.get(platform, ())) > 1:
                self._document.note(path, NoteKind.FIRST_ARCH_ONLY, ", ".join(found[platform]))
            for path in (
                ("tool", "flet", platform.value, BUILD_ARCH),
                ("tool", "flet", BUILD_ARCH),
            ):
                if self._document.breaks(BUILD_ARCH) and self._document.get(*path):
                    self._document.note(path, NoteKind.CRASHES_BUILD, BUILD_ARCH)
        return found

    def source_packages(
        self, platforms: Iterable[Platform]
    ) -> dict[Platform, tuple[NormalizedName, ...]]:
        """`source_packages`, sorted; a platform without any is left out."""
        found: dict[Platform, tuple[NormalizedName, ...]] = {}
        for platform in platforms:
            path, value = platform_setting(self._document, platform, "source_packages")
            names: set[NormalizedName] = set()
            for index, text in self._document.strings_of(path, value):
                try:
                    names.add(canonicalize_name(text.strip(), validate=True))
                except InvalidName:
                    detail = "not a package's name"
                    self._document.fault((*path, index), FaultKind.BAD_VALUE, text, detail=detail)
            if names:
                found[platform] = tuple(sorted(names))
        return found

    def minimum_os(self, merged: MergedSettings) -> dict[Platform, tuple[int, int]]:
        """The oldest OS the app is for, where anything says so; never below `OLDEST_OS`."""
        found: dict[Platform, tuple[int, int]] = {}
        settings = merged.settings
        android, place = self._android_api(merged)
        if android is not None and Platform.ANDROID in settings.platforms:
            found[Platform.ANDROID] = self._raised(Platform.ANDROID, (android, 0), place)
        if settings.ios_version is not None and Platform.IOS in settings.platforms:
            place = merged.values["ios-version"].place()
            found[Platform.IOS] = self._raised(Platform.IOS, settings.ios_version, place)
        return found

    def _android_api(self, merged: MergedSettings) -> tuple[int | None, Place]:
        if merged.settings.android_api is not None:
            return merged.settings.android_api, merged.values["android-api"].place()
        path = ("tool", "flet", "android", "min_sdk_version")
        value = self._document.get(*path)
        place = toml_place(path)
        # The build template passes over what is not truthy.
        if not value:
            return None, place
        if isinstance(value, bool) or not isinstance(value, int):
            self._document.wrong_type(path, value, "integer")
            return None, place
        return value, place

    def _raised(
        self, platform: Platform, version: tuple[int, int], place: Place
    ) -> tuple[int, int]:
        lowest = OLDEST_OS[platform]
        if version >= lowest:
            return version
        shown = str(version[0]) if platform is Platform.ANDROID else f"{version[0]}.{version[1]}"
        self._document.findings.note(place, NoteKind.MINIMUM_OS_RAISED, shown)
        return lowest
