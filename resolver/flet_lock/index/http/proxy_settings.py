"""What the environment says of the way to a server: proxies, and whose certificates to trust."""

from collections.abc import Mapping

CA_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def names_bundle(environ: Mapping[str, str]) -> bool:
    """Whether the environment says whom to trust."""
    return any(environ.get(variable) for variable in CA_VARIABLES)


def proxy_for(scheme: str, netloc: str, environ: Mapping[str, str]) -> str | None:
    """The proxy URL for a request; None: directly.

    `<scheme>_proxy`, else `all_proxy`, lower case before upper case, unless `no_proxy` names the
    host (`*`, a domain with its subdomains, an optional port), as curl and requests read them.
    """
    proxy = _variable(environ, f"{scheme}_proxy") or _variable(environ, "all_proxy")
    if not proxy:
        return None
    no_proxy = _variable(environ, "no_proxy")
    if no_proxy:
        from urllib.request import (  # type: ignore[attr-defined] # noqa: PLC0415
            proxy_bypass_environment,  # public, absent from typeshed; brings http.client and email
        )

        if proxy_bypass_environment(netloc, {"no": no_proxy}):
            return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    if name in environ:
        return environ[name]
    # A CGI server turns the request header `Proxy:` into HTTP_PROXY (httpoxy, CVE-2016-5385).
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        return None
    return environ.get(name.upper())
