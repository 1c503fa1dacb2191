"""`flet-lock request`: is a package worth a request for mobile wheels, and the draft of one."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Final, Protocol
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.advice_table import shipped_advice
from flet_lock.index.repository import Repository
from flet_lock.model.app.settings import FLET, PYPI, Settings
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.package_requests.destination import (
    Destination,
    Link,
    link_to_new,
    link_to_search,
)
from flet_lock.package_requests.draft import Draft, join_drafts, write_draft
from flet_lock.package_requests.facts import RequestFacts
from flet_lock.package_requests.verdict import Refusal, RefusalKind, decide
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.targets.plan import choose_targets
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.inquiry import HOSTS, Inquiry
from flet_lock.workflows.inspecting.package_arguments import parse_package, targets_of_all_pythons
from flet_lock.workflows.locking.find_catalogue import find_project_catalogue
from flet_lock.workflows.outcome import Traffic, traffic_of
from flet_lock.workflows.repository import open_indexes
from flet_lock.workflows.requesting.app_needs import AppNeeds, read_app_needs

_PROJECT_FILES: Final = ("pyproject.toml", "requirements.txt")


class RequestSearch(Protocol):
    """Looks for requests that were made before."""

    def find(
        self, packages: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, tuple[ExistingRequest, ...]]:
        """Requests for each package; waits.

        Raises:
            SearchFault: there is no usable answer.
        """
        ...


class PackageOutcome(Struct, frozen=True, kw_only=True):
    """What came of one package."""

    package: NormalizedName
    """The package."""
    refusal: Refusal | None
    """Why it is not worth a request; None: it is."""
    search_url: str
    """Looks for earlier requests."""
    draft: Draft | None = None
    """None where it was refused, and not drafted all the same (`--force`)."""
    link: Link | None = None
    """Opens the draft in a browser; None without a draft."""
    existing: tuple[ExistingRequest, ...] = ()
    """Earlier requests that were found; empty also if there was no search."""
    names_left_out: bool = False
    """Whether the draft says "another package" where a name may not be public."""


class RequestOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock request`."""

    kind: ClassVar[str] = "request"
    destination: Destination
    """Where the links lead."""
    packages: tuple[PackageOutcome, ...]
    """In the order of the arguments."""
    pypi_answered: bool
    """Whether PyPI itself answered, not a mirror of it."""
    search_fault: str | None
    """Why the search for earlier requests failed; None if it did not, or there was none."""
    searched: bool
    """Whether earlier requests were looked for."""
    seconds: float
    """Duration."""
    traffic: Traffic
    """What was requested of the indexes."""
    written: str | None = None
    """The file that the drafts were written to; None where there is none."""
    unopened: tuple[str, ...] | None = None
    """With `--open`: links that no browser could be opened for. None without it."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All drafts, in order."""
        return tuple(each.draft for each in self.packages if each.draft is not None)

    @property
    def text(self) -> str:
        """All drafts in one text."""
        return join_drafts(self.drafts)

    @property
    def refused(self) -> bool:
        """Whether there is a package without a draft."""
        return any(each.draft is None for each in self.packages)

    @property
    def exit_code(self) -> int:
        """1 if a package has no draft."""
        return int(self.refused)


def request(
    root: Path,
    packages: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    destination: str,
    force: bool,
    search: RequestSearch | None,
    listener: Listener,
) -> RequestOutcome:
    """Decides for each package whether it is worth a request, and drafts one.

    Only PyPI and Flet's index, or their mirrors, tell about a package: what other
    indexes have is nobody else's business, and no help to who builds wheels.

    Args:
        root: a folder; where it holds an app, its Python, its targets and its need count.
        packages: `psycopg2-binary`, `pillow>=12`.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        destination: where the links lead, a value of `Destination`.
        force: drafts what is not worth it, too, as far as that can be drafted.
        search: looks for earlier requests; None: nobody looks.
        listener: receives events of what is fetched.

    Raises:
        UsageError: no package, one that is none, or an option that makes no sense.
        ProjectError: the app's files have faults.
        UnsupportedPython, CatalogueError: see `choose_targets`.
        IndexFailure: an index could not be reached.
    """
    started = time.monotonic()
    wanted = tuple({str(one): one for one in map(parse_package, packages)}.values())
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    _refuse_without_indexes(settings)
    catalogue = find_project_catalogue(project, settings, environ, listener)
    inquiry = Inquiry(
        project=project,
        settings=settings,
        wanted=choose_targets(project, settings, catalogue),
        everywhere=targets_of_all_pythons(
            project, settings, catalogue, options=options, environ=environ
        ),
        advice=shipped_advice(),
        needs=read_app_needs(root, options=options, environ=environ, listener=listener)
        if any((root / name).is_file() for name in _PROJECT_FILES)
        else AppNeeds(),
    )
    public = replace(settings, indexes=inquiry.public_indexes, sources=())
    with closing(open_indexes(public, root=root, environ=environ, listener=listener)) as repository:
        names = tuple(dict.fromkeys(canonicalize_name(one.name) for one in wanted))
        repository.prefetch_listings(name for name in names if not inquiry.is_pinned(name))
        private = _refuse_private(names, repository, inquiry, environ, listener)
        facts = [
            private.get(canonicalize_name(one.name)) or inquiry.facts(one, repository)
            for one in wanted
        ]
        traffic = traffic_of(repository)
    worth = [
        each.package for each in facts if isinstance(each, RequestFacts) and decide(each) is None
    ]
    searching = search is not None and not settings.offline and bool(worth)
    found, fault = _look(search if searching else None, worth)
    to = Destination(destination)
    return RequestOutcome(
        destination=to,
        packages=tuple(
            _private_outcome(each, to)
            if isinstance(each, Refusal)
            else _outcome(replace(each, existing=found.get(each.package, ())), to, force=force)
            for each in facts
        ),
        pypi_answered=inquiry.is_certain(PYPI),
        search_fault=fault,
        searched=searching and fault is None,
        seconds=time.monotonic() - started,
        traffic=traffic,
    )


def open_search(environ: Mapping[str, str]) -> RequestSearch | None:
    """What looks for earlier requests: GitHub's own search, where there is a token for it."""
    if not environ.get("GITHUB_TOKEN") and not environ.get("GH_TOKEN"):
        return None
    from flet_lock.index.github_search import github_search  # noqa: PLC0415 - brings httpx

    return github_search(environ)


def _refuse_without_indexes(settings: Settings) -> None:
    if not any(index.name in HOSTS for index in settings.indexes):
        raise UsageError(
            option="--default-index",
            value="",
            detail="neither PyPI nor Flet's index may be asked, so nothing is known",
        )
    names = {index.name for index in settings.indexes}
    on_pypi = any(urlsplit(index.location).hostname == HOSTS[PYPI] for index in settings.indexes)
    if on_pypi and FLET not in names:
        raise UsageError(
            option="--no-flet-index",
            value="",
            detail="a request is for what Flet's index lacks, so that index has to be asked",
            command="request",
        )


def _look(
    search: RequestSearch | None, packages: Sequence[NormalizedName]
) -> tuple[Mapping[NormalizedName, tuple[ExistingRequest, ...]], str | None]:
    """What was found, and why nothing could be."""
    if search is None or not packages:
        return {}, None
    from flet_lock.index.github_search import GitHubSearchError  # noqa: PLC0415 - brings httpx

    try:
        return search.find(packages), None
    except GitHubSearchError as fault:
        return {}, str(fault)


def _private_outcome(refusal: Refusal, destination: Destination) -> PackageOutcome:
    return PackageOutcome(
        package=refusal.package,
        refusal=refusal,
        search_url=link_to_search(refusal.package, destination),
    )


def _outcome(facts: RequestFacts, destination: Destination, *, force: bool) -> PackageOutcome:
    refusal = decide(facts)
    drafted = refusal is None or (force and refusal.can_be_forced)
    draft = write_draft(facts) if drafted else None
    return PackageOutcome(
        package=facts.package,
        refusal=refusal,
        draft=draft,
        link=None if draft is None else link_to_new(draft, destination),
        search_url=link_to_search(facts.package, destination),
        existing=facts.existing,
        names_left_out=facts.need is not None and None in facts.need.chain,
    )


def _refuse_private(
    names: Iterable[NormalizedName],
    repository: Repository,
    inquiry: Inquiry,
    environ: Mapping[str, str],
    listener: Listener,
) -> dict[NormalizedName, Refusal]:
    """Of these packages those that only an index of the user's own has.

    PyPI is not asked about a package that is pinned to another index: its name may say too much.
    """
    private = {name for name in names if inquiry.is_pinned(name)}
    unknown = [n for n in names if n not in private and not repository.listing(n).found]
    others = tuple(each for each in inquiry.settings.indexes if each.name not in HOSTS)
    if unknown and others:
        settings = replace(inquiry.settings, indexes=others, sources=())
        root = inquiry.project.root
        with closing(open_indexes(settings, root=root, environ=environ, listener=listener)) as own:
            private.update(name for name in unknown if own.listing(name).found)
    return {
        name: Refusal(package=name, kind=RefusalKind.PRIVATE, can_be_forced=False)
        for name in private
    }
