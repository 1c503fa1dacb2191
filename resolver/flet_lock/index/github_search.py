"""Looks for requests that were made before, through GitHub's GraphQL API.

Needs a token, because GitHub answers nobody else there; without one people get a link to look
themselves. The token goes to GitHub and nowhere else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import httpx
import msgspec
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock import __version__
from flet_lock.index.http.proxy_transport import ProxyTransport
from flet_lock.model.index.existing_request import ExistingRequest

GITHUB: Final = "https://github.com"
ENDPOINT: Final = "https://api.github.com/graphql"
_SECONDS: Final = 10.0
_FOUND: Final = 20
"""Hits per search; more would be no answer to "was it asked for?"."""
_AT_ONCE: Final = 10
"""Packages per request: a query costs GitHub's limits by its searches."""
_DISCUSSIONS: Final = "repo:flet-dev/flet in:title"
_ISSUES: Final = "repo:flet-dev/flet repo:flet-dev/mobile-forge is:issue in:title"
_WORD: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class GitHubSearchError(Exception):
    """GitHub gave no answer; the message says why, without the token."""


class _Votes(msgspec.Struct):
    count: int = msgspec.field(default=0, name="totalCount")


class _Hit(msgspec.Struct):
    title: str = ""
    url: str = ""
    closed: bool = False
    upvotes: int = msgspec.field(default=0, name="upvoteCount")
    reactions: _Votes = msgspec.field(default_factory=_Votes)


class _Hits(msgspec.Struct):
    nodes: list[_Hit | None] = []


class _Error(msgspec.Struct):
    message: str = ""


class _Answer(msgspec.Struct):
    data: dict[str, _Hits] | None = None
    errors: list[_Error] = []


class GitHubSearch:
    """Finds requests by the package that their titles name."""

    def __init__(
        self,
        token: str,
        *,
        environ: Mapping[str, str],
        endpoint: str = ENDPOINT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Sets up; asks nothing yet.

        Args:
            token: Of a GitHub account; needs no rights.
            environ: Proxies and certificates.
            endpoint: Where the API is.
            transport: Takes the place of the network.
        """
        self._token = token
        self._environ = environ
        self._endpoint = endpoint
        self._transport = transport

    def find(
        self, packages: Sequence[NormalizedName]
    ) -> dict[NormalizedName, tuple[ExistingRequest, ...]]:
        """Requests for each package, open ones first, then those with most votes; waits.

        A title counts where one of its words is the package's name, however it is spelled:
        "cffi" is not asked for by "curl-cffi".

        Raises:
            SearchFault: there is no usable answer.
        """
        found: dict[NormalizedName, tuple[ExistingRequest, ...]] = {}
        for start in range(0, len(packages), _AT_ONCE):
            part = packages[start : start + _AT_ONCE]
            hits = self._ask(_query(part))
            for number, package in enumerate(part):
                both = [*hits.get(f"d{number}", []), *hits.get(f"i{number}", [])]
                found[package] = tuple(
                    sorted(_requests(both, package), key=lambda one: (not one.open, -one.votes))
                )
        return found

    def _ask(self, query: Mapping[str, object]) -> dict[str, list[_Hit]]:
        try:
            with httpx.Client(
                transport=self._transport or ProxyTransport(self._environ, connections=1),
                timeout=_SECONDS,
                trust_env=False,
                # A redirect could lead the token elsewhere.
                follow_redirects=False,
                headers={
                    "Authorization": f"bearer {self._token}",
                    "User-Agent": f"flet-lock/{__version__}",
                },
            ) as client:
                response = client.post(self._endpoint, json=query)
        # Not told further: a transport's message may hold what was sent.
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise GitHubSearchError(f"it cannot be reached ({type(error).__name__})") from None
        if response.status_code != httpx.codes.OK:
            raise GitHubSearchError(f"HTTP {response.status_code}")
        try:
            answer = msgspec.json.decode(response.content, type=_Answer)
        except msgspec.MsgspecError:
            raise GitHubSearchError("its answer is not what its API promises") from None
        if answer.data is None:
            raise GitHubSearchError(
                answer.errors[0].message if answer.errors else "an empty answer"
            )
        return {
            name: [hit for hit in hits.nodes if hit is not None]
            for name, hits in answer.data.items()
        }


def github_search(environ: Mapping[str, str]) -> GitHubSearch | None:
    """The search, where the environment has a token of github.com; else None.

    `GITHUB_TOKEN` and `GH_TOKEN` are what Actions and GitHub's own tools use. In a workflow of a
    GitHub Enterprise Server, `GITHUB_SERVER_URL` names that server, and the token is not for
    github.com.
    """
    token = (environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or "").strip()
    if not token or environ.get("GITHUB_SERVER_URL", GITHUB).rstrip("/") != GITHUB:
        return None
    endpoint = environ.get("GITHUB_GRAPHQL_URL") or ENDPOINT
    return GitHubSearch(token, environ=environ, endpoint=endpoint)


def _query(packages: Sequence[NormalizedName]) -> dict[str, Any]:
    """One search of discussions and one of issues per package, in one request."""
    searches = []
    variables = {}
    for number, package in enumerate(packages):
        searches.append(
            f"d{number}: search(query: $d{number}, type: DISCUSSION, first: {_FOUND}) "
            "{ nodes { ... on Discussion { title url closed upvoteCount } } } "
            f"i{number}: search(query: $i{number}, type: ISSUE, first: {_FOUND}) "
            "{ nodes { ... on Issue { title url closed reactions { totalCount } } } }"
        )
        variables[f"d{number}"] = f'{_DISCUSSIONS} "{package}"'
        variables[f"i{number}"] = f'{_ISSUES} "{package}"'
    declared = ", ".join(f"${name}: String!" for name in variables)
    return {"query": f"query({declared}) {{ {' '.join(searches)} }}", "variables": variables}


def _requests(hits: Sequence[_Hit], package: NormalizedName) -> Iterator[ExistingRequest]:
    for hit in hits:
        if not hit.url.startswith(f"{GITHUB}/flet-dev/"):
            continue
        if package in {canonicalize_name(word) for word in _WORD.findall(hit.title)}:
            yield ExistingRequest(
                title=hit.title,
                url=hit.url,
                open=not hit.closed,
                votes=hit.upvotes + hit.reactions.count,
            )
