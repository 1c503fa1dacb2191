"""The fact table `recipes.toml` as values; knows nothing about wheels or pages."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

System = Literal["android", "ios"]
Confidence = Literal["low", "medium", "high"]

CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
"""Least sure first."""


class MobileTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A platform tag, and what a native file for it has in its header."""

    tag: str
    """`android_24_arm64_v8a`."""
    os: System
    arch: str
    """`arm64-v8a`; on iOS `arm64` or `x86_64`."""
    pythons: tuple[str, ...]
    """Python minors that get wheels for it."""
    legacy: bool = False
    """Only builds marked `x86` have it."""
    sdk: str = ""
    """iOS: `iphoneos` or `iphonesimulator`."""
    triplet: str = ""
    """Android: `aarch64-linux-android`."""
    elf_class: int = 0
    """32 or 64."""
    elf_machine: int = 0
    elf_flags: int = 0
    macho_cputype: int = 0
    macho_cpusubtype: int = 0
    macho_platform: int = 0
    macho_minos: str = ""
    """`13.0`."""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """One upload of a release: the wheels that carry one build tag."""

    number: int
    """0: no build tag for Python packages, `-0-` for native libraries."""
    pythons: tuple[str, ...] = ()
    """Empty for native libraries, whose wheels are `py3-none`."""
    x86: bool = False
    patched_requires: tuple[str, ...] = ()
    """`Requires-Dist` values that the recipe adds on both systems."""
    android_requires: tuple[str, ...] = ()
    ios_requires: tuple[str, ...] = ()
    only_tags: tuple[str, ...] = ()
    """Where set, the only wheels that exist (`cp312-cp312-android_24_arm64_v8a`)."""
    confidence: Confidence

    def requires(self, system: System) -> tuple[str, ...]:
        """`Requires-Dist` values that the recipe adds for a system, as it writes them."""
        return self.android_requires if system == "android" else self.ios_requires


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a package, with its builds, highest first."""

    version: str
    build: tuple[Build, ...]
    filename_version: str = ""
    """As spelled in file names, where METADATA spells it differently (8.11, 8.11.0)."""
    filename_name: str = ""
    """As spelled in file names, where that is not the normalized name."""
    metadata_name: str = ""
    """`Name:` of METADATA, where that is not the upstream one."""


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package with its releases, newest first."""

    name: str
    """Normalized (PEP 503)."""
    display: str
    kind: Literal["python", "library"]
    """`library`: a native library that other wheels need, tagged `py3-none-<platform>`."""
    platforms: tuple[System, ...]
    excluded_arches: tuple[str, ...]
    release: tuple[Release, ...]
    import_name: str = msgspec.field(default="", name="import")
    native: str = ""
    """Path of one native module in its wheels, without suffix; `""` for pure Python."""
    native_kind: Literal["ext", "abi3", "lib", "none"] = "none"
    lib: str = ""
    """Library packages: `libjpeg`."""
    android_static: bool = False
    """Library packages: an archive on Android too (on iOS they always are)."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """When the facts were gathered, and where the index keeps its files."""

    snapshot: str
    file_base: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    index: Snapshot
    target: tuple[MobileTarget, ...]
    package: tuple[Package, ...]

    @property
    def by_name(self) -> Mapping[str, Package]:
        """Packages by normalized name."""
        return {package.name: package for package in self.package}


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelFacts:
    """Everything known about one wheel of the index."""

    package: Package
    release: Release
    build: Build
    target: MobileTarget
    python: str
    """`3.14`; `""` for native libraries."""

    @property
    def tag(self) -> str:
        """`cp314-cp314-android_24_arm64_v8a`."""
        if not self.python:
            return f"py3-none-{self.target.tag}"
        interpreter = "cp" + self.python.replace(".", "")
        return f"{interpreter}-{interpreter}-{self.target.tag}"

    @property
    def build_tag(self) -> str:
        """`10`, or `""` where the file name has none."""
        if self.build.number or self.package.kind == "library":
            return str(self.build.number)
        return ""

    @property
    def stem(self) -> str:
        """Name and version as file name and dist-info folder spell them, `PyYAML-6.0.2`."""
        name = self.release.filename_name or self.package.name.replace("-", "_")
        return f"{name}-{self.release.filename_version or self.release.version}"

    @property
    def filename(self) -> str:
        """The wheel's file name (binary distribution format)."""
        return "-".join(filter(None, (self.stem, self.build_tag, self.tag))) + ".whl"

    @property
    def dist_info(self) -> str:
        """Its dist-info folder."""
        return f"{self.stem}.dist-info"

    @property
    def native_requires(self) -> tuple[str, ...]:
        """`Requires-Dist` values that the recipe adds for this wheel's system."""
        return self.build.requires(self.target.os)


def read_facts(path: Path) -> Facts:
    """Read `recipes.toml`; keys that only people need are passed over."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Facts)


def wheels_of(
    package: Package, targets: tuple[MobileTarget, ...], *, least: Confidence, legacy: bool
) -> Iterator[WheelFacts]:
    """All wheels that the index has of a package, in the table's order.

    Args:
        package: the package.
        targets: the platform tags of the table.
        least: leave out builds that the facts are less sure of.
        legacy: whether to keep platform tags that are no longer built.
    """
    for release in package.release:
        for build in release.build:
            if CONFIDENCES.index(build.confidence) < CONFIDENCES.index(least):
                continue
            pythons = build.pythons if package.kind == "python" else ("",)
            for python in pythons:
                for target in targets:
                    wheel = WheelFacts(
                        package=package,
                        release=release,
                        build=build,
                        target=target,
                        python=python,
                    )
                    if _exists(wheel) and (legacy or not target.legacy):
                        yield wheel


def _exists(wheel: WheelFacts) -> bool:
    target, build = wheel.target, wheel.build
    return (
        target.os in wheel.package.platforms
        and target.arch not in wheel.package.excluded_arches
        and (build.x86 or not target.legacy)
        and (not wheel.python or wheel.python in target.pythons)
        and (not build.only_tags or wheel.tag in build.only_tags)
    )
