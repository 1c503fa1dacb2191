"""The search for earlier requests, against a stand-in for GitHub's API on localhost."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from packaging.utils import NormalizedName

from flet_lock.index.github_search import ENDPOINT, GitHubSearch, GitHubSearchError, github_search
from flet_lock.model.index.existing_request import ExistingRequest

TOKEN = "ghp_0123456789abcdef"
DISCUSSIONS = "https://github.com/flet-dev/flet/discussions"
ISSUES = "https://github.com/flet-dev/mobile-forge/issues"
SPEEDY, CFFI = NormalizedName("speedy"), NormalizedName("cffi")


class GitHub:
    """Answers GraphQL searches as it is told, and remembers what was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes | None = None
        self.discussions: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        github = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                github.asked.append(question)
                github.authorizations.append(self.headers["Authorization"])
                body = github.body if github.body is not None else github.answer(question)
                self.send_response(github.status)
                if github.status in (301, 307):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/graphql"

    def answer(self, question: dict[str, Any]) -> bytes:
        """As the API does: one key per alias, a null for a hit of another type."""
        aliases = re.findall(r"(\w+): search\(query: \$\w+, type: (\w+)", question["query"])
        data = {
            alias: {"nodes": [None, *(self.discussions if kind == "DISCUSSION" else self.issues)]}
            for alias, kind in aliases
        }
        return json.dumps({"data": data}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def github() -> Iterator[GitHub]:
    server = GitHub()
    yield server
    server.close()


@pytest.fixture
def search(github: GitHub) -> GitHubSearch:
    return GitHubSearch(TOKEN, environ={}, endpoint=github.url)


def discussion(number: int, title: str, **more: object) -> dict[str, Any]:
    url = f"{DISCUSSIONS}/{number}"
    return {"title": title, "url": url, "closed": False, "upvoteCount": 0, **more}


def test_discussions_and_issues_are_found_open_and_wanted_ones_first(
    github: GitHub, search: GitHubSearch
) -> None:
    github.discussions = [
        discussion(1, "speedy", closed=True, upvoteCount=9),
        discussion(2, "Please add Speedy!", upvoteCount=2),
    ]
    issue = {"title": "speedy 2.0", "url": f"{ISSUES}/3", "reactions": {"totalCount": 5}}
    github.issues = [{**issue, "closed": False}]
    found = search.find([SPEEDY])[SPEEDY]
    assert [(each.url, each.open, each.votes) for each in found] == [
        (f"{ISSUES}/3", True, 5),
        (f"{DISCUSSIONS}/2", True, 2),
        (f"{DISCUSSIONS}/1", False, 9),
    ]


def test_only_titles_that_name_the_package_count(github: GitHub, search: GitHubSearch) -> None:
    titles = ("curl-cffi", "CFFI: Android?", "cffi_", "[cffi]", "cffi2")
    github.discussions = [discussion(number, title) for number, title in enumerate(titles)]
    assert {each.title for each in search.find([CFFI])[CFFI]} == {
        "CFFI: Android?",
        "cffi_",
        "[cffi]",
    }


def test_links_that_do_not_lead_to_flets_repositories_are_passed_over(
    github: GitHub, search: GitHubSearch
) -> None:
    github.discussions = [discussion(1, "speedy", url="https://evil.example/flet-dev/1")]
    assert search.find([SPEEDY]) == {SPEEDY: ()}


def test_one_request_serves_several_packages_and_says_what_is_looked_for(
    github: GitHub, search: GitHubSearch
) -> None:
    github.discussions = [discussion(1, "speedy")]
    names = [NormalizedName(f"package-{number}") for number in range(11)]
    assert set(search.find([SPEEDY, *names])) == {SPEEDY, *names}
    assert len(github.asked) == 2
    variables = github.asked[0]["variables"]
    assert variables["d0"] == 'repo:flet-dev/flet in:title "speedy"'
    assert variables["i0"].startswith("repo:flet-dev/flet repo:flet-dev/mobile-forge is:issue ")
    assert set(github.authorizations) == {f"bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"message": "Bad credentials"}', "HTTP 401"),
        (502, b"<html>", "HTTP 502"),
        (307, b"", "HTTP 307"),
        (200, b"<html>", "not what its API promises"),
        (200, b'{"data": {"d0": 1}}', "not what its API promises"),
        (200, b'{"errors": [{"message": "API rate limit exceeded"}]}', "API rate limit exceeded"),
        (200, b"{}", "an empty answer"),
    ],
)
def test_what_is_no_answer_is_a_fault(
    github: GitHub, search: GitHubSearch, status: int, body: bytes, message: str
) -> None:
    github.status, github.body = status, body
    with pytest.raises(GitHubSearchError, match=message) as caught:
        search.find([SPEEDY])
    assert TOKEN not in str(caught.value)
    assert len(github.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        lambda request: httpx.ConnectError(f"bearer {TOKEN}", request=request),
        lambda request: httpx.ReadTimeout("slow", request=request),
        lambda _: OSError(TOKEN),
    ],
)
def test_a_fault_of_the_way_there_tells_no_token(
    error: Callable[[httpx.Request], Exception],
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error(request)

    search = GitHubSearch(TOKEN, environ={}, transport=httpx.MockTransport(fail))
    with pytest.raises(GitHubSearchError, match="it cannot be reached") as caught:
        search.find([SPEEDY])
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_token_that_cannot_be_sent_is_a_fault() -> None:
    for token in ("ghp_ä", "ghp_\nX: y"):
        with pytest.raises(GitHubSearchError):
            GitHubSearch(token, environ={}, endpoint="http://127.0.0.1:9/").find([SPEEDY])


@pytest.mark.parametrize(
    ("environ", "there"),
    [
        ({"GITHUB_TOKEN": TOKEN}, True),
        ({"GH_TOKEN": TOKEN}, True),
        ({"GH_TOKEN": TOKEN, "GITHUB_SERVER_URL": "https://github.com"}, True),
        ({"GH_TOKEN": TOKEN, "GITHUB_SERVER_URL": "https://github.acme.example"}, False),
        ({"GITHUB_TOKEN": " "}, False),
        ({}, False),
    ],
)
def test_a_token_is_used_where_it_is_for_github_itself(
    environ: dict[str, str], *, there: bool
) -> None:
    assert (github_search(environ) is not None) is there


def test_the_environment_may_say_where_the_api_is(github: GitHub) -> None:
    github.discussions = [discussion(7, "speedy", upvoteCount=1)]
    search = github_search({"GITHUB_TOKEN": TOKEN, "GITHUB_GRAPHQL_URL": github.url})
    assert search is not None
    assert search.find([SPEEDY])[SPEEDY] == (
        ExistingRequest(title="speedy", url=f"{DISCUSSIONS}/7", open=True, votes=1),
    )
    assert ENDPOINT == "https://api.github.com/graphql"
