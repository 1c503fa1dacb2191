"""The releases of packages, over all indexes that may serve them; each page is asked for once."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future

from packaging.utils import NormalizedName

from flet_lock.index.loading.package_index import PackageIndex
from flet_lock.index.loading.transfers import Transfers, failed, settled
from flet_lock.index.pages.page_rows import IndexPage, assemble_listing
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import PageFetched
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.listing import Listing


class Listings:
    """Pages of indexes, and what they come to for a package."""

    def __init__(
        self,
        indexes: Mapping[str, PackageIndex],
        *,
        open_indexes: Sequence[str],
        sources: Mapping[NormalizedName, str],
        transfers: Transfers,
        offline: bool,
    ) -> None:
        """Asks nothing yet.

        Args:
            indexes: By name, in order of preference.
            open_indexes: Those that may serve any package.
            sources: Package to the name of the one index that may serve it.
            transfers: Does what takes a request.
            offline: Nobody may be asked.

        Raises:
            UsageError: `sources` names an index that does not exist.
        """
        self._indexes = indexes
        self._open_indexes = tuple(open_indexes)
        self._sources = dict(sources)
        self._transfers = transfers
        self._offline = offline
        for package, name in self._sources.items():
            if name not in indexes:
                raise UsageError(
                    option="sources",
                    value=f"{package} = {name}",
                    detail="there is no index of this name",
                    choices=tuple(indexes),
                )
        self._pages: dict[tuple[str, NormalizedName], Future[IndexPage]] = {}
        self._unconfirmed: set[tuple[str, NormalizedName]] = set()
        """"Not here" answers out of the cache that were not asked again in this run."""
        self._roots_sought: set[str] = set()
        """Indexes whose layout somebody is finding out."""
        self._listings: dict[NormalizedName, Listing] = {}

    @property
    def are_kept(self) -> bool:
        """Whether every page of this run is in the cache."""
        return all(index.keeps_all for index in self._indexes.values())

    @property
    def has_unknown(self) -> bool:
        """Whether some package was asked for that no index knows."""
        return any(not listing.versions for listing in self._listings.values())

    def fault_of(self, artifact: Artifact) -> str | None:
        """What is wrong with the index's row of a file; None for nothing."""
        listing = self._listings.get(artifact.package)
        return None if listing is None else listing.faults.get(artifact.url)

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package; waits."""
        known = self._listings.get(package)
        if known is not None:
            return known
        names = self._indexes_for(package)
        self._expect(names, package)
        pages = [self._transfers.wait(self._pages[name, package]) for name in names]
        if all(page.digest is None for page in pages):
            # Nobody has it, says the cache: before that fails a run, those indexes are asked.
            # Somebody may have uploaded it just now, because of that very failure.
            for name in [name for name in names if (name, package) in self._unconfirmed]:
                self._ask(name, package)
            pages = [self._transfers.wait(self._pages[name, package]) for name in names]
        listing = self._listings[package] = assemble_listing(package, pages)
        return listing

    def prefetch(self, packages: Iterable[NormalizedName]) -> None:
        """Starts asking for pages that will be needed; returns at once."""
        for package in packages:
            if package not in self._listings:
                self._expect(self._indexes_for(package), package)

    def _indexes_for(self, package: NormalizedName) -> tuple[str, ...]:
        pinned = self._sources.get(package)
        return self._open_indexes if pinned is None else (pinned,)

    def _expect(self, names: Sequence[str], package: NormalizedName) -> None:
        for name in names:
            if (name, package) in self._pages:
                continue
            index = self._indexes[name]
            try:
                found = index.at_hand(package)
            except IndexFailure as error:
                self._pages[name, package] = failed(error)
                continue
            if found is None:
                self._ask(name, package)
                continue
            page, from_cache = found
            self._transfers.count_cached(from_cache)
            self._transfers.tell(PageFetched(package=package, index=name, from_cache=from_cache))
            self._pages[name, package] = settled(page)
            if page.digest is None and index.is_remote and not self._offline:
                self._unconfirmed.add((name, package))

    def _ask(self, name: str, package: NormalizedName) -> None:
        index, transfers = self._indexes[name], self._transfers
        self._unconfirmed.discard((name, package))
        if index.needs_root and name not in self._roots_sought:
            self._roots_sought.add(name)
            transfers.submit(lambda: index.find_root(transfers.client))

        def ask() -> IndexPage:
            page = index.ask(transfers.client, package)
            transfers.tell(PageFetched(package=package, index=name, from_cache=False))
            return page

        self._pages[name, package] = transfers.submit(ask)
