"""`flet-lock request` on the recorded index and on small indexes in folders."""

import json
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.utils import NormalizedName

from conftest import Golden
from fakes.index_server import IndexServer, Misbehaviour
from fakes.recorded import DATA
from fakes.wheels import make_sdist, make_wheel, metadata_text, wheel_filename
from flet_lock import __version__
from flet_lock.cli.main import main
from flet_lock.index.github_search import GitHubSearchError
from flet_lock.model.errors.index import IndexRefused
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import ignore_event
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.package_requests.verdict import RefusalKind
from flet_lock.workflows.requesting.request import RequestOutcome, RequestSearch, request

Capture = pytest.CaptureFixture[str]
GOLDEN = Path(__file__).parent / "golden"
RECORDED: dict[str, object] = {
    "default-index": str(DATA / "index" / "pypi"),
    "index": [f"flet={DATA / 'index' / 'flet'}"],
    "no-cache": True,
}
WORDS = [
    *("--default-index", str(DATA / "index" / "pypi")),
    *("--index", f"flet={DATA / 'index' / 'flet'}"),
    "--no-cache",
]


def ask(
    root: Path,
    *packages: str,
    options: dict[str, object] | None = None,
    environ: dict[str, str] | None = None,
    force: bool = False,
    search: RequestSearch | None = None,
    destination: str = "discussions",
) -> RequestOutcome:
    return request(
        root,
        packages,
        options=RECORDED if options is None else options,
        environ=environ or {},
        destination=destination,
        force=force,
        search=search,
        listener=ignore_event,
    )


def kinds(outcome: RequestOutcome) -> dict[str, RefusalKind | None]:
    return {
        each.package: None if each.refusal is None else each.refusal.kind
        for each in outcome.packages
    }


class Found:
    """A search that finds what it is told, or fails."""

    def __init__(self, *found: ExistingRequest, fault: str | None = None) -> None:
        self.found, self.fault = found, fault
        self.asked: list[NormalizedName] = []

    def find(
        self, packages: Sequence[NormalizedName]
    ) -> dict[NormalizedName, tuple[ExistingRequest, ...]]:
        self.asked += packages
        if self.fault is not None:
            raise GitHubSearchError(self.fault)
        return dict.fromkeys(packages, self.found)


# ------------------------------------------------------------------ on recorded data


@pytest.mark.parametrize("package", ["curl-cffi", "polars-runtime-32", "psycopg2-binary"])
def test_drafts_for_real_packages_are_as_reviewed(
    package: str, tmp_path: Path, golden: Golden
) -> None:
    (draft,) = ask(tmp_path, package, force=True).drafts
    golden(GOLDEN / f"recorded-{package}.md", draft.text.replace(__version__, "VERSION"))


def test_an_app_tells_who_needs_it(golden: Golden) -> None:
    outcome = ask(DATA / "apps" / "sync", "curl-cffi")
    golden(GOLDEN / "recorded-sync.md", outcome.text.replace(__version__, "VERSION"))


def test_real_packages_that_are_not_worth_a_request(tmp_path: Path) -> None:
    names = {
        "httpx": RefusalKind.PURE,
        "polars": RefusalKind.NEEDS_OTHERS,
        "numpy": RefusalKind.AVAILABLE,
        "wikipedia": RefusalKind.PURE_SOURCE,
        "psycopg2-binary": RefusalKind.ADVISED,
        "pywin32": RefusalKind.ADVISED,
        "pyjnius": RefusalKind.AVAILABLE,
        "uvloop": RefusalKind.ADVISED,
        "httptools": RefusalKind.ADVISED,
        "zipfile": RefusalKind.PART_OF_PYTHON,
        "no-such-package": RefusalKind.UNKNOWN,
    }
    outcome = ask(tmp_path, *names)
    assert kinds(outcome) == names
    assert outcome.refused
    assert outcome.drafts == ()
    polars = outcome.packages[1].refusal
    assert polars is not None
    assert polars.short_of == ("polars-runtime-32",)


def test_without_flets_index_nobody_knows_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        ask(tmp_path, "numpy", options={"no-flet-index": True, "offline": True})
    assert caught.value.option == "--no-flet-index"


def test_a_version_that_has_no_wheels_yet_can_be_asked_for(tmp_path: Path) -> None:
    (one,) = ask(tmp_path, "numpy>2.4.6").packages
    assert one.draft is not None
    assert one.draft.title == "numpy>2.4.6: wheels for Android and iOS"


def test_each_package_gets_a_draft_and_a_link_of_its_own(tmp_path: Path) -> None:
    outcome = ask(tmp_path, "ujson", "curl-cffi", "ujson", destination="forge")
    assert [each.package for each in outcome.packages] == ["ujson", "curl-cffi"]
    for each in outcome.packages:
        assert each.link is not None
        assert f"package={each.package}" in each.link.url


# ------------------------------------------------------------------- earlier requests


def test_an_open_request_is_pointed_to_and_only_what_is_worth_one_is_looked_for(
    tmp_path: Path,
) -> None:
    earlier = ExistingRequest(title="ujson", url="https://github.com/x", open=True, votes=3)
    search = Found(earlier)
    outcome = ask(tmp_path, "ujson", "httpx", search=search)
    assert kinds(outcome) == {"ujson": RefusalKind.REQUESTED, "httpx": RefusalKind.PURE}
    assert search.asked == ["ujson"]
    assert outcome.searched
    assert len(ask(tmp_path, "ujson", search=search, force=True).drafts) == 1


def test_a_search_that_fails_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    outcome = ask(tmp_path, "ujson", search=Found(fault="HTTP 502"))
    assert len(outcome.drafts) == 1
    assert (outcome.searched, outcome.search_fault) == (False, "HTTP 502")


def test_offline_nobody_is_asked(tmp_path: Path) -> None:
    search = Found(fault="asked")
    outcome = ask(tmp_path, "ujson", search=search, options={**RECORDED, "offline": True})
    assert (search.asked, outcome.search_fault) == ([], None)


# ------------------------------------------------------------------ the user's indexes


def write_index(folder: Path, *, licence: str = "MIT", backend: str = "maturin") -> Path:
    """A folder of wheels that has `speedy` for a desktop, and its sources."""
    folder.mkdir(parents=True, exist_ok=True)
    headers = [f"License-Expression: {licence}"]
    text = metadata_text("speedy", "1.0", headers=headers)
    name = wheel_filename("speedy", "1.0", "cp314-cp314-win_amd64")
    content = make_wheel("speedy", "1.0", "cp314-cp314-win_amd64", metadata=text)
    (folder / name).write_bytes(content)
    pyproject = f"[build-system]\nrequires = []\nbuild-backend = {json.dumps(backend)}\n"
    files = {"pyproject.toml": pyproject.encode(), "src/lib.rs": b""}
    (folder / "speedy-1.0.tar.gz").write_bytes(make_sdist("speedy", "1.0", files=files))
    return folder


def test_licence_backend_and_language_come_from_the_files(tmp_path: Path) -> None:
    index = write_index(tmp_path / "index")
    (draft,) = ask(
        tmp_path,
        "speedy",
        options={"default-index": str(index), "no-cache": True, "no-flet-index": True},
    ).drafts
    for line in (
        "- **Licence**: `MIT`",
        "- **Build backend**: `maturin`",
        "- **Native code**: Rust",
    ):
        assert line in draft.body.splitlines()


def test_what_only_an_index_of_ones_own_has_is_private(tmp_path: Path) -> None:
    own = write_index(tmp_path / "own")
    public = tmp_path / "public"
    public.mkdir()
    options = {
        "default-index": str(public),
        "index": [f"acme={own}"],
        "no-cache": True,
        "no-flet-index": True,
    }
    outcome = ask(tmp_path, "speedy", options=options, force=True)
    assert kinds(outcome) == {"speedy": RefusalKind.PRIVATE}
    assert outcome.drafts == ()


def test_nobody_else_is_asked_about_a_package_that_is_pinned_to_ones_own_index(
    tmp_path: Path,
) -> None:
    own = write_index(tmp_path / "own")
    (tmp_path / "pyproject.toml").write_text(
        f"""
        [project]
        name = "app"
        dependencies = []
        [tool.flet-lock]
        indexes = {{ acme = {json.dumps(str(own))} }}
        [tool.flet-lock.sources]
        speedy = "acme"
        """
    )
    with IndexServer() as server:
        options = {"default-index": server.url, "no-cache": True, "no-flet-index": True}
        server.add("flet", "1.0", make_wheel("flet", "1.0"))
        outcome = ask(tmp_path, "speedy", options=options)
        assert not [path for path in server.paths() if "speedy" in path]
    assert kinds(outcome) == {"speedy": RefusalKind.PRIVATE}


def test_an_index_that_does_not_let_one_in_ends_the_run(tmp_path: Path) -> None:
    with IndexServer() as server:
        server.misbehave(server.page_path("speedy"), Misbehaviour(status=401))
        options = {"default-index": server.url, "no-cache": True, "no-flet-index": True}
        with pytest.raises(IndexRefused):
            ask(tmp_path, "speedy", options=options)


@pytest.mark.parametrize(
    "word", ["speedy @ https://example.org/s.whl", "speedy; os_name == 'nt'", "a b"]
)
def test_only_names_and_versions_can_be_asked_for(tmp_path: Path, word: str) -> None:
    with pytest.raises(UsageError):
        ask(tmp_path, word)


SECRETS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=20).map(
    "zq{}".format
)


@given(secret=SECRETS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_private_gets_into_a_draft(secret: str, tmp_path: Path) -> None:
    root = tmp_path / secret / "app"
    (root / "libs" / secret).mkdir(parents=True)
    public = write_index(
        tmp_path / secret / "public",
        licence=f"https://u:{secret}@example.org/?token={secret}",
        backend=f"/home/{secret}/backend",
    )
    own = tmp_path / secret / "own"
    own.mkdir()
    inner = f"{secret}-core"
    content = make_wheel(inner, "1.0", requires=["speedy"])
    (own / wheel_filename(inner, "1.0")).write_bytes(content)
    (root / "pyproject.toml").write_text(
        f"""
        [project]
        name = "{secret}"
        dependencies = ["{inner}"]
        [tool.flet-lock]
        indexes = [
          {{ name = "{secret}", url = "../own" }},
          {{ name = "x", url = "https://u:{secret}@127.0.0.1:9/{secret}/", explicit = true }},
        ]
        """
    )
    outcome = ask(
        root,
        "speedy",
        options={"default-index": str(public), "no-cache": True, "no-flet-index": True},
        environ={"GITHUB_TOKEN": secret, "UV_INDEX_PASSWORD": secret},
        search=Found(
            ExistingRequest(title=secret, url=secret, open=False, votes=1),
        ),
    )
    (one,) = outcome.packages
    assert one.draft is not None
    assert one.link is not None
    assert "An app → another package → `speedy`." in one.draft.body
    for text in (one.draft.text, unquote_plus(one.link.url), one.search_url):
        assert secret not in text
        assert "127.0.0.1" not in text
        assert str(tmp_path) not in text


# -------------------------------------------------------------------------- the command


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is opened in the browser."""
    opened: list[str] = []

    class Browser(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - its interface
            opened.append(url)
            return True

    monkeypatch.setattr(webbrowser, "_browsers", {})
    monkeypatch.setattr(webbrowser, "_tryorder", [])
    webbrowser.register("fake", None, Browser("fake"), preferred=True)
    return opened


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CI", "FORCE_COLOR", "GITHUB_TOKEN", "GH_TOKEN", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def test_a_draft_is_printed_and_the_rest_is_talk(capsys: Capture) -> None:
    assert main(["request", "ujson", *WORDS]) == 0
    done = capsys.readouterr()
    assert done.out.startswith("# ujson: wheels for Android and iOS\n")
    assert "discussions_q=category%3APackages+ujson" in done.err
    assert "--open" in done.err


def test_pages_are_as_reviewed(capsys: Capture, golden: Golden) -> None:
    words = ["ujson", "polars", "numpy", "tkinter", "psycopg2-binary", "wikipedia", "no-such"]
    assert main(["request", *words, "-o", "requests.md", *WORDS]) == 1
    done = capsys.readouterr()
    assert done.out == ""
    golden(GOLDEN / "page.txt", done.err)
    assert Path("requests.md").read_text(encoding="utf-8").startswith("# ujson: wheels")


def test_a_draft_is_opened_in_the_browser(browser: list[str], capsys: Capture) -> None:
    assert main(["request", "ujson", "--open", "--to", "forge", *WORDS]) == 0
    (url,) = browser
    assert url.startswith("https://github.com/flet-dev/mobile-forge/issues/new?template=")
    done = capsys.readouterr()
    assert done.out == ""
    assert "submit it there" in done.err


def test_without_a_browser_the_link_is_printed(
    browser: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "_browsers", {})
    monkeypatch.setattr(webbrowser, "_tryorder", [])
    assert main(["request", "ujson", "--open", *WORDS]) == 0
    assert browser == []
    assert capsys.readouterr().out.startswith("https://github.com/flet-dev/flet/discussions/new?")


def test_json_has_drafts_links_and_refusals(capsys: Capture) -> None:
    assert main(["request", "ujson", "httpx", "--output-format", "json", *WORDS]) == 1
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (document["command"], document["exit_code"]) == ("request", 1)
    ujson, httpx = document["packages"]
    assert ujson["refusal"] is None
    assert ujson["draft"]["body"].startswith("Please build wheels of")
    assert ujson["link"]["whole"] is True
    assert httpx["draft"] is None
    assert httpx["refusal"]["facts"]["kind"] == "pure"
    assert httpx["refusal"]["hints"]


def test_quiet_runs_print_drafts_and_refusals_only(capsys: Capture) -> None:
    assert main(["request", "ujson", "httpx", "-q", *WORDS]) == 1
    done = capsys.readouterr()
    assert done.out.startswith("# ujson")
    assert done.err.startswith("✗ httpx")
    assert "✓" not in done.err
    assert main(["request", "ujson", "-qq", *WORDS]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a folder takes the place of the file")
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "taken").mkdir()
    assert main(["request", "ujson", "-o", "taken", *WORDS]) == 2
    assert "taken" in capsys.readouterr().err
