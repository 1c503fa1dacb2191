"""Who gets which credentials, and that nobody else sees them."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import httpx
import pytest
from packaging.version import Version

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.index.address import Credentials, HttpAddress, parse_address
from flet_lock.index.http.client import HttpClient
from flet_lock.index.http.credentials import CredentialStore, variable_stem
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexRefused, OfflineMiss
from flet_lock.model.event import ignore_event
from flet_lock.model.index.metadata import CoreMetadata

DEMO = package("demo")
SECRET = "s3cr3t/@:"
QUOTED = "s3cr3t%2F%40%3A"


@pytest.fixture
def private(server: IndexServer) -> IndexServer:
    server.credentials = ("me", SECRET)
    server.add("demo", "1.0", make_wheel("demo", "1.0", requires=["a"]))
    return server


def with_userinfo(url: str, userinfo: str) -> str:
    return url.replace("http://", f"http://{userinfo}@")


def store(*indexes: Index, environ: dict[str, str] | None = None) -> CredentialStore:
    addresses = [parse_address(index, Path("/project")) for index in indexes]
    return CredentialStore([a for a in addresses if isinstance(a, HttpAddress)], environ or {})


def test_credentials_in_the_address_open_pages_and_files(
    private: IndexServer, open_repository: Opener
) -> None:
    repository = open_repository(with_userinfo(private.url, f"me:{QUOTED}"))
    listing = repository.listing(DEMO)
    (wheel,) = listing.artifacts(Version("1.0"))
    assert isinstance(repository.metadata(wheel), CoreMetadata)
    assert "me" not in wheel.url.removeprefix("http://").partition("/")[0]
    assert listing.replies[0].url == private.url + "demo/"


@pytest.mark.parametrize(
    "variables",
    [
        {"FLET_LOCK_INDEX_MY_INDEX_USERNAME": "me", "FLET_LOCK_INDEX_MY_INDEX_PASSWORD": SECRET},
        {"FLET_LOCK_INDEX_MY_INDEX_USERNAME": "me", "FLET_LOCK_INDEX_MY_INDEX_TOKEN": SECRET},
    ],
)
def test_credentials_of_the_environment_open_an_index(
    private: IndexServer, open_repository: Opener, variables: dict[str, str]
) -> None:
    index = Index(name="my-index", location=private.url)
    assert open_repository(index, environ=variables).listing(DEMO).found


def test_a_token_alone_goes_with_the_usual_user_name() -> None:
    index = Index(name="a.b", location="https://index.example/simple")
    assert variable_stem("a.b") == "FLET_LOCK_INDEX_A_B"
    found = store(index, environ={"FLET_LOCK_INDEX_A_B_TOKEN": "t"}).for_url(
        "https://index.example/simple/demo/", "a.b"
    )
    assert found == Credentials("__token__", "t")


@pytest.mark.parametrize("variable", ["NETRC", "HOME"])
def test_netrc_opens_an_index(
    private: IndexServer, open_repository: Opener, tmp_path: Path, variable: str
) -> None:
    path = tmp_path / ".netrc"
    path.write_text(f"machine 127.0.0.1 login me password {SECRET}\n")
    path.chmod(0o600)
    environ = {variable: str(path if variable == "NETRC" else tmp_path)}
    assert open_repository(private.url, environ=environ).listing(DEMO).found


def test_a_broken_netrc_is_no_reason_to_stop(
    server: IndexServer, open_repository: Opener, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine machine machine\n")
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    environ = {"NETRC": str(tmp_path / ".netrc")}
    assert open_repository(server.url, environ=environ).listing(DEMO).found


def test_the_keyring_is_asked_after_a_401_only(
    private: IndexServer, open_repository: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    def get_credential(service: str, username: str | None) -> SimpleNamespace | None:
        asked.append((service, username))
        if service != "127.0.0.1":
            return None
        return SimpleNamespace(username="me", password=SECRET)

    fake = ModuleType("keyring")
    fake.get_credential = get_credential  # type: ignore[attr-defined]  # a module made up here
    monkeypatch.setitem(sys.modules, "keyring", fake)
    with IndexServer() as public:
        public.add("demo", "1.0", make_wheel("demo", "1.0"))
        open_repository(public.url).listing(DEMO)
        assert asked == []
    repository = open_repository(with_userinfo(private.url, "me"))
    assert repository.listing(DEMO).found
    host = private.root_url.removeprefix("http://")
    assert asked == [(private.url, "me"), (host, "me"), ("127.0.0.1", "me")]
    # Asked once; what it had is sent at once from then on.
    private.forget()
    metadata = repository.metadata(repository.listing(DEMO).artifacts(Version("1.0"))[0])
    assert isinstance(metadata, CoreMetadata)
    assert len(private.requests) == 1
    # The cache knows nothing of a page that only the keyring could open.
    with pytest.raises(OfflineMiss):
        open_repository(with_userinfo(private.url, "me"), offline=True).listing(DEMO)


@pytest.mark.parametrize("userinfo", ["", f"me:wrong-{QUOTED}"])
def test_a_refusal_says_whether_there_were_credentials_and_not_which(
    private: IndexServer,
    open_repository: Opener,
    monkeypatch: pytest.MonkeyPatch,
    userinfo: str,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    url = with_userinfo(private.url, userinfo) if userinfo else private.url
    with pytest.raises(IndexRefused) as caught:
        open_repository(url).listing(DEMO)
    assert caught.value.had_credentials is bool(userinfo)
    assert caught.value.url == private.url + "demo/"
    shown = repr(caught.value) + repr(open_repository.events) + repr(caught.value.__cause__)
    assert "s3cr3t" not in shown


def test_another_host_gets_no_credentials_by_a_redirect(
    private: IndexServer, open_repository: Opener
) -> None:
    with IndexServer() as other:
        other.add("demo", "1.0", make_wheel("demo", "1.0"))
        target = other.url.replace("127.0.0.1", "localhost") + "demo/"
        private.misbehave("/simple/demo/", Misbehaviour(status=302, headers={"Location": target}))
        repository = open_repository(with_userinfo(private.url, f"me:{QUOTED}"))
        assert repository.listing(DEMO).found
        assert "authorization" in private.requests[0].headers
        assert all("authorization" not in request.headers for request in other.requests)


def test_credentials_in_a_redirect_are_not_sent(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    planted = with_userinfo(server.url, "you:planted") + "demo/"
    server.misbehave(
        "/simple/demo/", Misbehaviour(status=302, headers={"Location": planted}), times=1
    )
    assert open_repository(server.url).listing(DEMO).found
    assert all("authorization" not in request.headers for request in server.requests)


def test_two_indexes_on_one_host_keep_their_credentials_apart() -> None:
    one = Index(name="one", location="https://a:1@host.example/one/simple")
    two = Index(name="two", location="https://b:2@host.example/two/simple")
    found = store(one, two)
    assert found.for_url("https://host.example/one/simple/x/", "one") == Credentials("a", "1")
    assert found.for_url("https://host.example/files/x.whl", "two") == Credentials("b", "2")
    assert found.for_url("https://host.example/two/simple/x/", None) == Credentials("b", "2")
    assert found.for_url("https://host.example/other", None) is None
    assert found.for_url("http://host.example/one/simple/x/", "one") is None
    assert found.for_url("https://host.example:8443/one/simple/x/", "one") is None


def test_private_pages_are_found_in_the_cache_with_the_same_credentials_only(
    private: IndexServer, open_repository: Opener
) -> None:
    mine = with_userinfo(private.url, f"me:{QUOTED}")
    open_repository(mine).listing(DEMO)
    assert open_repository(mine, offline=True).listing(DEMO).found
    for other in (private.url, with_userinfo(private.url, "me:other")):
        with pytest.raises(OfflineMiss):
            open_repository(other, offline=True).listing(DEMO)


def test_no_file_of_the_cache_holds_credentials(
    private: IndexServer, open_repository: Opener
) -> None:
    repository = open_repository(with_userinfo(private.root_url, f"me:{QUOTED}"))
    repository.metadata(repository.listing(DEMO).artifacts(Version("1.0"))[0])
    files = [path for path in (open_repository.folder / "cache").rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        assert b"s3cr3t" not in path.read_bytes()
        assert "s3cr3t" not in str(path)


def test_credentials_do_not_show_in_a_repr() -> None:
    address = parse_address(
        Index(name="one", location=f"https://me:{QUOTED}@host.example/simple"), Path("/project")
    )
    assert "s3cr3t" not in repr(address) + repr(Credentials("me", SECRET))
    assert isinstance(address, HttpAddress)
    assert address.password == SECRET


def hops(answers: dict[str, str], credentials: CredentialStore) -> list[tuple[str, bool]]:
    """The requests of a fetch: URL, and whether it had credentials."""
    seen: list[tuple[str, bool]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        seen.append((url, "authorization" in request.headers))
        if url in answers:
            to = {"Location": answers[url]}
            return httpx.Response(302, headers=to, stream=httpx.ByteStream(b""))
        return httpx.Response(200, stream=httpx.ByteStream(b""))

    client = HttpClient(
        connections=1,
        credentials=credentials,
        environ={},
        retry=RetryPolicy(attempts=1),
        traffic=Traffic(),
        listener=ignore_event,
        rest=lambda _seconds: None,
        transport=httpx.MockTransport(handle),
    )
    with client:
        client.fetch(next(iter(answers)), index="corp", headers={})
    return seen


@pytest.mark.parametrize("place", ["netrc", "index", "another index"])
def test_after_a_way_from_https_to_http_nothing_is_sent_in_clear(
    tmp_path: Path, place: str
) -> None:
    environ = {}
    if place == "netrc":
        (tmp_path / "netrc").write_text("machine h.example login me password pw\n")
        environ = {"NETRC": str(tmp_path / "netrc")}
    base = "https://me:pw@h.example/simple/" if place == "index" else "https://h.example/simple/"
    indexes = [Index(name="corp", location=base)]
    if place == "another index":
        indexes.append(Index(name="open", location="http://me:pw@h.example/simple/"))
    known = store(*indexes, environ=environ)
    first, second, third = (
        "https://h.example/simple/a/",
        "http://h.example/simple/a/",
        "https://h.example/simple/b/",
    )
    seen = hops({first: second, second: third}, known)
    has = place != "another index"
    assert seen == [(first, has), (second, False), (third, has)]


def test_a_page_read_over_https_does_not_make_netrc_speak_in_clear(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine h.example login me password pw\n")
    environ = {"NETRC": str(tmp_path / "netrc")}
    secure = store(Index(name="corp", location="https://h.example/simple/"), environ=environ)
    plain = store(Index(name="corp", location="http://h.example/simple/"), environ=environ)
    url = "http://h.example/files/a.whl"
    assert secure.for_url(url, "corp") is None
    assert plain.for_url(url, "corp") is not None
    assert secure.for_url(url, None) is not None
