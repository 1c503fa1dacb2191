"""What a user sets: `[tool.flet-lock]`, `FLET_LOCK_…` and options, merged into one value."""

from datetime import datetime, timedelta

from msgspec import Struct, field
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.app.strictness import Strictness
from flet_lock.model.target import Platform

PYPI = "pypi"
"""Name of the default index."""
FLET = "flet"
"""Name of the Flet index; `--index flet=…` replaces its location."""
PYPI_URL = "https://pypi.org/simple"
FLET_URL = "https://pypi.flet.dev"


class Index(Struct, frozen=True, kw_only=True):
    """A place that offers packages."""

    name: str
    location: str
    """A URL or a directory, with or without `/simple`, as the user gave it; URLs may still
    carry credentials here, so it never goes into a lock, a log or a report: see `redacted`."""
    explicit: bool = False
    """Asked only for the packages that `sources` pins to it."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that steers a run; the same keys in all three places they can be set.

    A later layer replaces a key of an earlier one (defaults, pyproject, environment, options);
    tuples are replaced whole, except `indexes`: an index replaces the one of the same name.
    """

    platforms: tuple[Platform, ...] = (Platform.ANDROID, Platform.IOS)
    archs: tuple[str, ...] = ()
    """Slice names; empty means what the project says."""
    flet: Version | None = None
    """The Flet that builds the app; None: what `project/flet_version.py` finds."""
    python_version: str | None = None
    """`3.13`; None means what `requires-python` or the catalogue says."""
    android_api: int | None = None
    """Minimum API level; None means what the project says, else 24."""
    ios_version: tuple[int, int] | None = None
    """Minimum iOS, (major, minor); None means what the project says, else (13, 0)."""
    indexes: tuple[Index, ...] = (
        Index(name=PYPI, location=PYPI_URL),
        Index(name=FLET, location=FLET_URL),
    )
    """In order; earlier wins a tie."""
    sources: tuple[tuple[NormalizedName, str], ...] = ()
    """Package to index name (`[tool.flet-lock.sources]`); sorted."""
    groups: tuple[str, ...] = ()
    """Dependency groups (PEP 735) locked with the app."""
    extras: tuple[str, ...] = ()
    """Extras of the app itself."""
    constraints: tuple[Requirement, ...] = ()
    """Bounds on packages if they are needed at all."""
    overrides: tuple[Requirement, ...] = ()
    """Replace every requirement on the same package, whoever asks."""
    file_hosts: tuple[str, ...] = ()
    """Web addresses of hosts that the indexes keep their files on, where these are others."""
    allow_edited: bool = False
    """Whether a lock is installed that is not as flet-lock wrote it."""
    allow_unknown_sources: bool = False
    """Whether a lock may name indexes and hosts that nobody else has named."""
    upgrade: bool = False
    upgrade_packages: tuple[Requirement, ...] = ()
    """`-P NAME[==V]`."""
    versions_from: str | None = None
    """Another tool's lock, whose versions are tried first."""
    exclude_newer: datetime | None = None
    """UTC; files uploaded at or after it are not seen."""
    exclude_newer_span: timedelta | None = None
    """Where `exclude_newer` was given as a span ("7 days"): what to remember instead of the
    moment, which is another one in each run."""
    prereleases: tuple[NormalizedName, ...] | bool = ()
    """True: everywhere; names: for these only (besides what PEP 440 itself allows)."""
    same_versions: bool = False
    """Android and iOS take the same version of each package."""
    strict: bool = False
    """Whether warnings fail the run."""
    strictness: Strictness = field(default_factory=Strictness)
    """Which ones."""
    offline: bool = False
    refresh: bool = False
    cache_dir: str | None = None
    no_cache: bool = False
    cache_limit_megabytes: int = 4096
    """What was not used for longest goes beyond that; 0: no bound."""
    connections: int = 50
    """Requests under way at once."""
    budget_seconds: float = 60.0
    """Search time after which the resolver says what it is stuck on."""
    fix_budget_seconds: float = 5.0
    """Time for trying ways out of what cannot be locked; 0: nothing is tried."""
