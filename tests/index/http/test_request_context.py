import inspect
import ssl
from collections.abc import Callable
from typing import cast

import httpx
import pytest

from flet_lock.index.http.httpx_errors import FOREIGN, MEANINGS, fault_of
from flet_lock.index.http.request_context import Asked, translate
from flet_lock.index.http.transport import Meaning
from flet_lock.model.errors.index import IndexFailure, IndexGarbage, IndexRefused, IndexUnreachable
from flet_lock.model.redaction import public_url

ASKED = Asked(index="one", url=public_url("https://index.example/simple/demo/"))
EXCEPTIONS = [
    thing
    for name in httpx.__all__
    if inspect.isclass(thing := getattr(httpx, name)) and issubclass(thing, Exception)
]


def raised(kind: type[Exception], text: str = "boom") -> Exception:
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", ASKED.url)
        return kind(text, request=request, response=httpx.Response(500, request=request))
    if issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError:
        return cast("Callable[[], Exception]", kind)()  # they word themselves
    return kind(text)


def test_httpx_has_the_exceptions_this_test_is_about() -> None:
    assert len(EXCEPTIONS) > 20


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_every_exception_of_httpx_is_in_the_table(kind: type[Exception]) -> None:
    assert kind in MEANINGS
    assert issubclass(kind, FOREIGN)
    error = translate(fault_of(raised(kind)), ASKED, attempts=3)
    assert isinstance(error, IndexFailure)
    assert (error.index, error.url) == (ASKED.index, ASKED.url)


def test_the_table_has_no_exception_that_httpx_lost() -> None:
    own = {kind for kind in MEANINGS if kind.__module__.startswith("httpx")}
    assert own == set(EXCEPTIONS)


def test_a_lost_connection_may_pass_and_a_bad_certificate_may_not() -> None:
    lost = httpx.ConnectError("no route")
    assert fault_of(lost).meaning is Meaning.PASSING
    refused = httpx.ConnectError("certificate verify failed")
    refused.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    assert fault_of(refused).meaning is Meaning.LASTING
    error = translate(fault_of(refused), ASKED, attempts=1)
    assert isinstance(error, IndexUnreachable)
    assert error.detail.startswith("TLS")


def test_a_proxy_that_wants_a_password_is_a_refusal() -> None:
    refused = httpx.ProxyError("407 Proxy Authentication Required")
    error = translate(fault_of(refused), ASKED, attempts=1)
    assert isinstance(error, IndexRefused)
    assert error.status == 407


def test_endless_redirects_are_garbage() -> None:
    assert isinstance(
        translate(fault_of(httpx.TooManyRedirects("x")), ASKED, attempts=1), IndexGarbage
    )


def test_details_carry_no_credentials() -> None:
    lost = httpx.ConnectError("cannot reach http://me:secret@proxy.example:3128")
    error = translate(fault_of(lost), ASKED, attempts=2)
    assert isinstance(error, IndexUnreachable)
    assert "secret" not in error.detail
    assert error.attempts == 2
