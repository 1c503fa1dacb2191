"""Which wheels were seen to fail, by their hash: what `lock` can say for free."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
from packaging.version import Version

from flet_lock.index.cache import FORMAT, Cache
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.settings import Settings
from flet_lock.workflows.cache_folder import cache_folder

if TYPE_CHECKING:  # `lock` needs none of it
    from flet_lock.analysis.availability import PackageOffers

_KIND: Final = "faults"
_decoder = msgspec.msgpack.Decoder(bool)


class KnownFaults:
    """Verdicts of audits, in the cache."""

    def __init__(self, settings: Settings) -> None:
        self._cache = None if settings.no_cache else Cache(cache_folder(settings))

    def has(self, digest: str | None) -> bool:
        """Whether the last audit of a wheel found that it fails."""
        if self._cache is None or digest is None:
            return False
        found = self._cache.read_kept(_KIND, digest, _decoder)
        return found is True

    def keep(self, digest: str | None, *, fails: bool) -> None:
        """Keeps a verdict; of wheels that never failed nothing is kept."""
        if self._cache is not None and digest is not None and self.has(digest) != fails:
            self._cache.write_kept(_KIND, digest, msgspec.msgpack.encode(fails))


def versions_seen_to_fail(package: "PackageOffers", settings: Settings) -> tuple[Version, ...]:
    """The releases of a package with a wheel for a target that was seen to fail."""
    known = KnownFaults(settings)
    return tuple(
        release.version
        for release in package.releases
        if any(
            known.has(digest)
            for digest in {
                offer.artifact.sha256
                for offer in release.offers
                if offer.artifact is not None and not is_pure_name(offer.artifact.filename)
            }
        )
    )


def is_pure_name(filename: str) -> bool:
    """Whether a wheel is for every machine, by its name: nothing in it is audited."""
    return filename.removesuffix(".whl").endswith("-any")


def notes_on_faults(
    resolutions: Iterable[Resolution], settings: Settings, told: Sequence[ProjectNote]
) -> list[ProjectNote]:
    """A note for each locked package with a wheel that was seen to fail; reads no wheel.

    Args:
        resolutions: what is locked.
        settings: where the cache is.
        told: the notes so far; what an audit of this run said is not said again.
    """
    is_told = any(note.kind is NoteKind.AUDIT_FAILS for note in told)
    # Most apps were never audited, or nothing was found: one look says so.
    if is_told or not (cache_folder(settings) / FORMAT / _KIND).is_dir():
        return []
    known = KnownFaults(settings)
    return [
        ProjectNote(
            kind=NoteKind.SEEN_TO_FAIL,
            place=Place(file=f"pylock.{each.platform.value}.toml"),
            value=f"{pin.package} {pin.version}",
        )
        for each in resolutions
        for pin in each.pins
        if any(
            known.has(file.hashes.get("sha256"))
            for file in pin.artifacts.values()
            if not is_pure_name(file.filename)
        )
    ]
