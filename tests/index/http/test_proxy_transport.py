import ssl
from pathlib import Path

import certifi
import httpx
import pytest

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.index.http.proxy_settings import proxy_for
from flet_lock.index.http.proxy_transport import certificate_context
from flet_lock.model.errors.index import IndexRefused, IndexUnreachable

DEMO = package("demo")


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, "https://a.example", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://a.example", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "http://a.example", None),
        ({"https_proxy": "http://low:1", "HTTPS_PROXY": "x"}, "https://a.example", "http://low:1"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://p:1"}, "https://a.example", None),
        ({"ALL_PROXY": "p:1"}, "https://a.example", "http://p:1"),
        ({"ALL_PROXY": "http://all:1", "HTTP_PROXY": "http://p:1"}, "http://a", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://a.example", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "*"}, "http://a.example", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "a.example"}, "http://a.example", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": ".example"}, "http://b.a.example", None),
        (
            {"ALL_PROXY": "http://p:1", "no_proxy": "x, a.example:8080"},
            "http://a.example:8080",
            None,
        ),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "b.example"}, "http://a.example", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "localhost"}, "http://localhost:3", None),
    ],
)
def test_proxies_are_chosen_as_curl_and_requests_do(
    environ: dict[str, str], url: str, proxy: str | None
) -> None:
    scheme, _, netloc = url.partition("://")
    assert proxy_for(scheme, netloc, environ) == proxy


def test_requests_go_through_the_proxy(open_repository: Opener) -> None:
    with IndexServer() as proxy:
        body = b'{"meta": {"api-version": "1.0"}, "files": []}'
        headers = {"Content-Type": "application/json"}
        proxy.misbehave("/simple/demo/", Misbehaviour(status=200, headers=headers, body=body))
        environ = {"HTTP_PROXY": proxy.root_url}
        repository = open_repository("http://index.invalid/simple/", environ=environ)
        assert repository.listing(DEMO).found
        assert proxy.paths() == ["http://index.invalid/simple/demo/"]


def test_a_proxy_that_wants_a_password_is_a_refusal(open_repository: Opener) -> None:
    with IndexServer() as proxy:
        proxy.misbehave("/simple/demo/", Misbehaviour(status=407))
        environ = {"HTTP_PROXY": proxy.root_url}
        with pytest.raises(IndexRefused) as caught:
            open_repository("http://index.invalid/simple/", environ=environ).listing(DEMO)
        assert caught.value.status == 407


def test_a_nonsense_proxy_is_named_without_waiting(open_repository: Opener) -> None:
    environ = {"HTTP_PROXY": "gopher://me:secret@p:1"}
    with pytest.raises(IndexUnreachable) as caught:
        open_repository("http://index.invalid/simple/", environ=environ).listing(DEMO)
    assert caught.value.attempts == 1
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize("variable", ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_named_bundle_replaces_the_default(variable: str, tmp_path: Path) -> None:
    first = Path(certifi.where()).read_text(encoding="utf-8").split("-----END CERTIFICATE-----")[0]
    bundle = tmp_path / "one.pem"
    bundle.write_text(f"{first}-----END CERTIFICATE-----\n", encoding="utf-8")
    assert len(certificate_context({variable: str(bundle)}).get_ca_certs()) == 1
    assert len(certificate_context({}).get_ca_certs()) > 50


def test_a_folder_of_certificates_is_taken(tmp_path: Path) -> None:
    context = certificate_context({"SSL_CERT_DIR": str(tmp_path)})
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []


def test_a_missing_bundle_is_named_without_waiting(open_repository: Opener) -> None:
    environ = {"SSL_CERT_FILE": "/nowhere/bundle.pem"}
    with pytest.raises(IndexUnreachable) as caught:
        open_repository("https://index.invalid/simple/", environ=environ).listing(DEMO)
    assert caught.value.attempts == 1
    assert "certificate" in caught.value.detail


def test_the_transport_is_exchangeable(open_repository: Opener) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/simple/demo/"
        return httpx.Response(200, json={"meta": {"api-version": "1.0"}, "files": []})

    repository = open_repository(
        "https://index.invalid/simple/", transport=httpx.MockTransport(answer)
    )
    assert repository.listing(DEMO).found


def test_a_plain_run_speaks_to_a_real_socket(server: IndexServer, open_repository: Opener) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    environ = {"ALL_PROXY": "http://proxy.invalid:1", "NO_PROXY": "127.0.0.1"}
    assert open_repository(server.url, environ=environ).listing(DEMO).found
