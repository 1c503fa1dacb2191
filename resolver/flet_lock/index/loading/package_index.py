"""What every kind of index can do: a web server, a folder, and whatever comes."""

from typing import TYPE_CHECKING, Protocol

from packaging.utils import NormalizedName

from flet_lock.index.pages.page_rows import IndexPage

if TYPE_CHECKING:  # a run that is answered by the cache never makes one
    from flet_lock.index.http.client import HttpClient


class PackageIndex(Protocol):
    """One index."""

    name: str

    @property
    def is_remote(self) -> bool:
        """Whether it may know more when it is asked again."""

    @property
    def keeps_all(self) -> bool:
        """Whether every page of this run is in the cache."""

    @property
    def needs_root(self) -> bool:
        """Whether it has to be found out where the pages are: `find_root` does that ahead."""

    def at_hand(self, package: NormalizedName) -> tuple[IndexPage, bool] | None:
        """The page as far as no request is needed, and whether the cache gave it; else None.

        Raises:
            IndexFailure: there is none, and nobody may be asked.
        """

    def ask(self, client: "HttpClient", package: NormalizedName) -> IndexPage:
        """Asks; waits. Any number of threads may at once. Where `at_hand` gave None.

        Raises:
            IndexFailure: no usable answer.
        """

    def find_root(self, client: "HttpClient") -> str:
        """Where the pages are.

        Raises:
            IndexFailure: no usable answer.
        """
