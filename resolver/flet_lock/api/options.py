"""The options of the command line as one typed value."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from flet_lock.model.target import Platform


class Options(Struct, frozen=True, kw_only=True):
    """Options by their names on the command line; None and `()`: not given.

    What is not given comes from `FLET_LOCK_…`, then from `[tool.flet-lock]` of the app, then from
    the defaults, as for the command. `flet-lock COMMAND --help` describes each option.
    """

    platform: tuple[Platform, ...] = ()
    arch: tuple[str, ...] = ()
    """Slices, `arm64-v8a`."""
    flet: str | None = None
    """The version of Flet that builds the app."""
    python_version: str | None = None
    """`3.14`."""
    android_api: int | None = None
    """The oldest Android API level."""
    ios_version: str | None = None
    """The oldest iOS, `13.0`."""
    group: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    default_index: str | Path | None = None
    index: tuple[str, ...] = ()
    """Each `NAME=URL`."""
    no_flet_index: bool | None = None
    exclude_newer: datetime | date | str | None = None
    """A moment (UTC where it has no zone), or `7 days`."""
    prereleases: tuple[str, ...] | bool | None = None
    """Packages of which pre-releases are taken; True: of all."""
    offline: bool | None = None
    refresh: bool | None = None
    cache_limit: int | None = None
    """Megabytes."""
    connections: int | None = None
    allow_edited: bool | None = None
    """Take a lock that is not as flet-lock wrote it."""
    allow_unknown_sources: bool | None = None
    """Take a lock that names indexes or hosts which neither the app nor its user has named."""
    upgrade: bool | None = None
    upgrade_package: tuple[str, ...] = ()
    """Each `NAME` or `NAME==VERSION`."""
    from_: str | Path | None = None
    """Another tool's lock whose versions are tried first; `from` alone is a word of Python."""
    same_versions: bool | None = None
    strict: bool | None = None
    budget_seconds: float | None = None
    fix_budget: float | None = None
    """Seconds."""
    cache_dir: str | Path | None = None
    no_cache: bool | None = None

    def as_layer(self) -> Mapping[str, object]:
        """The options that are given, as the workflows take them."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name.rstrip("_").replace("_", "-"): str(value) if isinstance(value, Path) else value
            for name, value in given.items()
            if value is not None and value != ()
        }
