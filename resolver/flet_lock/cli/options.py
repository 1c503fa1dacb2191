"""Every option of the command line, once: its names, its key, its words.

A key is the option's name without dashes; `project/settings/merge.py` reads the same keys from
`[tool.flet-lock]` and from `FLET_LOCK_…`.
"""

from collections.abc import Collection
from enum import Enum
from typing import Final, Literal

from msgspec import Struct

from flet_lock.model.facts.oldest_os import OLDEST_OS
from flet_lock.model.facts.shells import SHELLS
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform
from flet_lock.reports.output_formats import FORMATS

Kind = Literal["flag", "value", "list", "count"]


class Group(Enum):
    """Headings of a help text."""

    OWN = "this command's own"
    LOCKED_FOR = "what to lock for"
    SOURCES = "where packages come from"
    TRUST = "which locks are taken"
    CHANGES = "what may change"
    CACHE = "the cache"
    SHOWN = "what is shown"


class Option(Struct, frozen=True, kw_only=True):
    """An option of one or more commands."""

    names: tuple[str, ...]
    """The long name first."""
    kind: Kind
    group: Group
    help: str
    metavar: str = ""
    choices: Collection[str] = ()
    setting: bool = True
    """Goes into the layer of options; False for what only the command line itself acts on."""

    @property
    def key(self) -> str:
        """`python-version`."""
        return self.names[0].removeprefix("--")

    @property
    def takes_value(self) -> bool:
        """Whether a word follows it."""
        return self.kind in ("value", "list")


OPTIONS: Final = (
    Option(
        names=("--shell",),
        kind="value",
        group=Group.OWN,
        choices=SHELLS,
        setting=False,
        help="statements of this shell; github: lines for $GITHUB_ENV; dotenv: an .env file "
        "(default: sh, on Windows powershell)",
    ),
    Option(
        names=("--target",),
        kind="value",
        group=Group.OWN,
        metavar="DIR",
        setting=False,
        help="the folder that gets one folder per slice (default: the app's build/site-packages)",
    ),
    Option(
        names=("--write",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="change the app's files and its locks",
    ),
    Option(
        names=("--all",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="everything there is, not only what is nearest",
    ),
    Option(
        names=("--invert",),
        kind="value",
        group=Group.OWN,
        metavar="PACKAGE",
        setting=False,
        help="from this package up to those who ask for it",
    ),
    Option(
        names=("--to",),
        kind="value",
        group=Group.OWN,
        choices=("discussions", "forge"),
        setting=False,
        help="where to ask: Flet's discussions, category Packages (default), or Mobile Forge's "
        "form for package requests",
    ),
    Option(
        names=("--output", "-o"),
        kind="value",
        group=Group.OWN,
        metavar="FILE",
        setting=False,
        help="write it there instead of printing it",
    ),
    Option(
        names=("--open",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="open the drafts in the browser, filled in; nothing is posted before you submit it",
    ),
    Option(
        names=("--force",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="draft what is not worth a request, too",
    ),
    Option(
        names=("--fail-on",),
        kind="value",
        group=Group.OWN,
        choices=("load", "store", "flet", "python", "heavy", "note"),
        setting=False,
        help="exit with 1 on this level and worse ones: load: the phone cannot load it; store: a "
        "store refuses it; flet: it fails where a Flet build puts it (default); python: another "
        "Python cannot load it; heavy: it could be smaller; note: look yourself",
    ),
    Option(
        names=("--heads",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="of packages on the indexes: read only the first bytes of each binary, in ranges",
    ),
    Option(
        names=("--sizes",),
        kind="flag",
        group=Group.OWN,
        setting=False,
        help="what each package takes, and what of it nobody needs",
    ),
    Option(
        names=("--depth",),
        kind="value",
        group=Group.OWN,
        metavar="N",
        setting=False,
        help="so many levels (default: all)",
    ),
    Option(
        names=("--format",),
        kind="value",
        group=Group.OWN,
        metavar="FORMAT",
        setting=False,
        help="what is written",
    ),
    Option(
        names=("--platform",),
        kind="list",
        group=Group.LOCKED_FOR,
        choices=tuple(Platform),
        help="only this platform; repeat for several (default: both)",
    ),
    Option(
        names=("--arch",),
        kind="list",
        group=Group.LOCKED_FOR,
        metavar="NAME",
        choices=tuple(SLICES_BY_NAME),
        help="only this architecture, named as in the build: arm64-v8a, iphoneos.arm64, …; "
        "repeatable (default: what target_arch says, else all)",
    ),
    Option(
        names=("--flet",),
        kind="value",
        group=Group.LOCKED_FOR,
        metavar="X.Y.Z",
        help="the Flet that builds the app: it decides the Python, the architectures and what is "
        "read (default: a pin of the app, its environment, else what is locked)",
    ),
    Option(
        names=("--python-version",),
        kind="value",
        group=Group.LOCKED_FOR,
        metavar="X.Y",
        help="the Python that the app is built with (default: as flet build chooses it)",
    ),
    Option(
        names=("--android-api",),
        kind="value",
        group=Group.LOCKED_FOR,
        metavar="LEVEL",
        help="oldest Android API level that the app runs on "
        f"(default: {OLDEST_OS[Platform.ANDROID][0]})",
    ),
    Option(
        names=("--ios-version",),
        kind="value",
        group=Group.LOCKED_FOR,
        metavar="X.Y",
        help="oldest iOS that the app runs on (default: {}.{})".format(*OLDEST_OS[Platform.IOS]),
    ),
    Option(
        names=("--group",),
        kind="list",
        group=Group.LOCKED_FOR,
        metavar="NAME",
        help="lock this dependency group with the app; repeatable",
    ),
    Option(
        names=("--extra",),
        kind="list",
        group=Group.LOCKED_FOR,
        metavar="NAME",
        help="lock this extra of the app with it; repeatable",
    ),
    Option(
        names=("--default-index",),
        kind="value",
        group=Group.SOURCES,
        metavar="URL",
        help="instead of PyPI: an address or a directory",
    ),
    Option(
        names=("--index",),
        kind="list",
        group=Group.SOURCES,
        metavar="NAME=URL",
        help="one more index; repeatable; flet=URL replaces Flet's",
    ),
    Option(
        names=("--no-flet-index",),
        kind="flag",
        group=Group.SOURCES,
        help="do not ask Flet's index of mobile wheels",
    ),
    Option(
        names=("--allow-edited",),
        kind="flag",
        group=Group.TRUST,
        help="take a lock that is not as flet-lock wrote it",
    ),
    Option(
        names=("--allow-unknown-sources",),
        kind="flag",
        group=Group.TRUST,
        help="take a lock that names indexes or hosts which neither the app nor you have named",
    ),
    Option(
        names=("--exclude-newer",),
        kind="value",
        group=Group.SOURCES,
        metavar="DATE",
        help="as if it were this date: 2026-01-31, 2026-01-31T12:00:00Z or '7 days'",
    ),
    Option(
        names=("--prereleases",),
        kind="list",
        group=Group.SOURCES,
        metavar="PACKAGE",
        help="also take pre-releases of this package; repeatable",
    ),
    Option(
        names=("--offline",),
        kind="flag",
        group=Group.SOURCES,
        help="use the cache only, never the network",
    ),
    Option(
        names=("--refresh",),
        kind="flag",
        group=Group.SOURCES,
        help="ask again for everything that is cached",
    ),
    Option(
        names=("--cache-limit",),
        kind="value",
        group=Group.SOURCES,
        metavar="MB",
        help="size that the cache is kept below; 0: no bound (default: 4096)",
    ),
    Option(
        names=("--connections",),
        kind="value",
        group=Group.SOURCES,
        metavar="N",
        help="requests under way at once (default: 50)",
    ),
    Option(
        names=("--upgrade", "-U"),
        kind="flag",
        group=Group.CHANGES,
        help="forget the versions of the existing locks and take the newest",
    ),
    Option(
        names=("--upgrade-package", "-P"),
        kind="list",
        group=Group.CHANGES,
        metavar="NAME[==V]",
        help="forget the version of this package only, or move it to V; repeatable",
    ),
    Option(
        names=("--from",),
        kind="value",
        group=Group.CHANGES,
        metavar="FILE",
        help="try the versions of another lock first: uv.lock, poetry.lock, pdm.lock, "
        "Pipfile.lock, pylock.toml",
    ),
    Option(
        names=("--same-versions",),
        kind="flag",
        group=Group.CHANGES,
        help="Android and iOS take the same version of each package",
    ),
    Option(
        names=("--strict",),
        kind="flag",
        group=Group.CHANGES,
        help="exit with 1 on warnings, such as a package older than a desktop would get; "
        "[tool.flet-lock].strict may say how much older, and for which packages",
    ),
    Option(
        names=("--budget-seconds",),
        kind="value",
        group=Group.CHANGES,
        metavar="S",
        help="end after this time, all told, and say what is known by then (default: 60)",
    ),
    Option(
        names=("--fix",),
        kind="value",
        group=Group.CHANGES,
        metavar="N[,N…]",
        setting=False,
        help="write fix N, as a failed run has shown it, into the app's files, then lock",
    ),
    Option(
        names=("--fix-budget",),
        kind="value",
        group=Group.CHANGES,
        metavar="S",
        help="time for trying ways out of what cannot be locked; 0 tries nothing (default: 5)",
    ),
    Option(
        names=("--audit",),
        kind="flag",
        group=Group.CHANGES,
        setting=False,
        help="take the newest releases whose binaries pass flet-lock audit; fetches their wheels",
    ),
    Option(
        names=("--dry-run",),
        kind="flag",
        group=Group.CHANGES,
        setting=False,
        help="show what would be locked, write nothing",
    ),
    Option(
        names=("--locked",),
        kind="flag",
        group=Group.CHANGES,
        setting=False,
        help="write nothing, and exit with 1 where a lock is not what would be locked now",
    ),
    Option(
        names=("--exit-code",),
        kind="flag",
        group=Group.CHANGES,
        setting=False,
        help="exit with 1 where something changed",
    ),
    Option(
        names=("--cache-dir",),
        kind="value",
        group=Group.CACHE,
        metavar="DIR",
        help="keep index pages and metadata here",
    ),
    Option(names=("--no-cache",), kind="flag", group=Group.CACHE, help="keep nothing"),
    Option(
        names=("--output-format",),
        kind="value",
        group=Group.SHOWN,
        choices=FORMATS,
        setting=False,
        help="; ".join(f"{name}: {each.gloss}" for name, each in FORMATS.items() if each.gloss),
    ),
    Option(
        names=("--color",),
        kind="value",
        group=Group.SHOWN,
        choices=("auto", "always", "never"),
        setting=False,
        help="auto: on a terminal, unless NO_COLOR is set",
    ),
    Option(
        names=("--no-progress",),
        kind="flag",
        group=Group.SHOWN,
        setting=False,
        help="no live line while it works",
    ),
    Option(
        names=("--quiet", "-q"),
        kind="count",
        group=Group.SHOWN,
        setting=False,
        help="only failures; -qq: only the exit code",
    ),
    Option(
        names=("--verbose", "-v"),
        kind="count",
        group=Group.SHOWN,
        setting=False,
        help="everything that was found, and a log of what happens on stderr",
    ),
    Option(names=("--help", "-h"), kind="flag", group=Group.SHOWN, setting=False, help="this"),
    Option(
        names=("--version", "-V"),
        kind="flag",
        group=Group.SHOWN,
        setting=False,
        help="the version of flet-lock",
    ),
)
BY_NAME: Final = {name: option for option in OPTIONS for name in option.names}
