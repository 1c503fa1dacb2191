"""How one range of Flet versions builds dependencies: a row of the table of generations."""

from enum import StrEnum

from msgspec import Struct
from packaging.version import InvalidVersion, Version

from flet_lock.model.target import Platform

MANIFEST = "manifest"
"""`Generation.python` where python-build's manifest lists the Pythons, and the app chooses."""
COMMAS = "commas"
POETRY_TILDE = "poetry ~"
POETRY_STAR = "poetry *"
POETRY_TABLES = "poetry tables"
BUILD_ARCH = "build_arch"


class Archs(StrEnum):
    """What becomes of several named architectures."""

    NOT_READ = "not read"
    """`target_arch` is not read, and `--arch` takes one value."""
    FIRST = "first"
    """flet-cli passes `--arch a b`, and serious_python takes one word: the first is installed."""
    ALL = "all"


class Cleanup(StrEnum):
    """The setting of the app that turns the deletion of junk off."""

    COMPILE = "compile.cleanup"
    PACKAGES = "cleanup.packages"
    EITHER = "either"
    """`cleanup.packages`, unless `compile.cleanup` is true."""


class DistInfo(StrEnum):
    """What becomes of `*.dist-info`."""

    KEPT = "kept"
    MAY_GO = "may go"
    """serious_python 0.9.0 to 0.9.2 delete it as junk; these versions built with several."""


class NoDependencies(StrEnum):
    """What an app gets that declares no dependencies."""

    NOTHING = "nothing"
    FLET = "flet"


class PlatformSetting(StrEnum):
    """How `[tool.flet.<platform>]` and `[tool.flet]` are combined."""

    FIRST = "first"
    """The first of them that is not empty."""
    PLATFORM = "platform"
    """The platform's where it is there at all."""


class NativeFiles(StrEnum):
    """Where the native files of packages are in an Android app."""

    SITE_PACKAGES = "site-packages"
    """Beside the others of their package, unpacked on the phone."""
    JNI_LIBS = "jniLibs"
    """In one flat folder of the app, away from their package: serious_python's
    `android/build.gradle`."""


class Generation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What versions of Flet from `since` up to the next row do."""

    since: str
    generation: str
    """Name of a range of rows that a lock is good for: the first version of the range."""
    serious_python: str
    """The versions it builds with, for people."""
    python: str
    """Full version of the one Python that apps are built with; `manifest`: see MANIFEST."""
    python_build: str
    """Date of the python-build release whose manifest the build reads; `""` where it reads none."""
    pip: str
    pip_abis: tuple[str, ...]
    """Android ABIs that pip runs for where none is named; empty: those of the manifest."""
    shipped_abis: tuple[str, ...]
    """Of these, the ABIs that the app gets; empty: those of the manifest."""
    android_tags_from: int
    """Oldest API level among the wheel tags that pip takes; the newest is 24."""
    ios_tags_from: str
    """Oldest iOS version among the wheel tags that pip takes, `12.0`; the newest is 13.0."""
    archs: Archs
    stamp: bool
    """Whether a build keeps installed packages while its arguments do not change."""
    compile_packages: bool
    """Whether `.py` files become `.pyc` by default."""
    cleanup: Cleanup
    junk: tuple[str, ...]
    """Globs of what a cleanup deletes, relative to a slice's folder."""
    dist_info: DistInfo
    reads: tuple[str, ...]
    """Which of `dependencies` (of a platform), `target_arch`, `source_packages`, `dev_packages` of
    `[tool.flet]` it reads, as later versions do."""
    breaks: tuple[str, ...]
    """What an app may declare and this build makes something of that pip refuses, or crashes on."""
    native_files: NativeFiles
    folds_dotted_paths: bool
    """Whether the frameworks of an iOS app are named by paths cut at their first dot."""
    no_dependencies: NoDependencies
    platform_setting: PlatformSetting
    options: tuple[str, ...]
    """Options of `flet build` besides those of Flet 1.0."""
    lacks: tuple[str, ...]
    """Options of Flet 1.0 that its command line does not have."""
    unknown: tuple[str, ...] = ()
    """Names of fields whose values are assumed; `*`: all. See `data/catalog/README.md`."""

    @property
    def reads_manifest(self) -> bool:
        """Whether python-build's manifest decides the Python and the Android ABIs."""
        return self.python == MANIFEST

    @property
    def python_minor(self) -> str:
        """`3.12` of a generation with one Python."""
        return ".".join(self.python.split(".")[:2])

    def has_serious_python(self, version: str) -> bool:
        """Whether a version of serious_python is among those that these versions build with."""
        first, _, last = self.serious_python.removesuffix(" or later").partition(" to ")
        try:
            found = Version(version)
        except InvalidVersion:
            return False
        is_open = self.serious_python.endswith(" or later")
        return Version(first) <= found and (is_open or found <= Version(last or first))

    @property
    def unshipped_abis(self) -> tuple[str, ...]:
        """ABIs that pip runs for and that no app gets."""
        return tuple(name for name in self.pip_abis if name not in self.shipped_abis)

    def oldest_tag(self, platform: Platform) -> tuple[int, int]:
        """The oldest OS version among the wheel tags that the build's pip takes."""
        if platform is Platform.ANDROID:
            return (self.android_tags_from, 0)
        major, _, minor = self.ios_tags_from.partition(".")
        return int(major), int(minor)


class Generations(Struct, frozen=True, kw_only=True):
    """The table: every row complete, oldest first."""

    rows: tuple[Generation, ...]
    known_to: str
    """The newest version of Flet that the table's facts are of."""

    @property
    def newest(self) -> Generation:
        """That of a Flet nobody knows the version of."""
        return self.rows[-1]

    def of(self, version: Version) -> Generation | None:
        """The row of a version of Flet; None for one before 0.25, which builds another way."""
        found = [row for row in self.rows if Version(row.since) <= version]
        return found[-1] if found else None
