"""Who we are to an index: URL, environment, netrc, keyring, in this order.

Credentials of an index go to the index's own origin only (scheme, host and port), those of netrc
to their host; a redirect or a file on another host gets what is configured for that host, if
anything. The keyring is asked only after a server answered 401, because asking may be slow.
"""

import base64
import netrc
import re
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from flet_lock.boundary.urls import Origin, origin_of
from flet_lock.index.address import Credentials, HttpAddress

TOKEN_USER = "__token__"  # noqa: S105 - PyPI's user name for API tokens, not a secret


class CredentialStore:
    """Finds the credentials for a URL. Never shows any."""

    def __init__(self, addresses: Iterable[HttpAddress], environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._addresses = {address.name: address for address in addresses}
        self._by_index: dict[str, Credentials | None] = {
            name: _index_credentials(address, environ) for name, address in self._addresses.items()
        }
        self._netrc: netrc.netrc | None = None
        self._netrc_read = False
        self._reading = threading.Lock()
        """Held while the file is read: once is enough, and others wait for it."""
        self._asking = threading.Lock()
        """The same for the keyring, which may ask the user."""
        self._direct: dict[Origin, Credentials] = {}
        self._keyring: dict[tuple[Origin, str | None], Credentials | None] = {}
        """By origin and user name; None: the keyring has nothing."""

    def for_url(self, url: str, index: str | None) -> Credentials | None:
        """What to send with a request, before the server asks.

        Args:
            url: Without user information.
            index: Name of the index on whose behalf it is fetched; None for a direct URL.
        """
        address = self._address_for(url, index)
        username = None if address is None else address.username
        asked = self._keyring.get((origin_of(url), username))
        if asked is not None:  # the server has refused everything else before
            return asked
        if address is not None:
            found = self._by_index[address.name]
            if found is not None:
                return found
        direct = self._direct.get(origin_of(url)) if index is None else None
        return direct or (None if self._is_downgrade(url, index) else self._from_netrc(url))

    def _is_downgrade(self, url: str, index: str | None) -> bool:
        """Whether an index that is read over TLS names a place without: nothing goes there."""
        named = None if index is None else self._addresses.get(index)
        return named is not None and named.base.startswith("https:") and url.startswith("http:")

    def remember(self, url: str, credentials: Credentials) -> None:
        """Takes the credentials of a direct URL, for its origin."""
        self._direct[origin_of(url)] = credentials

    def from_keyring(self, url: str, index: str | None) -> Credentials | None:
        """What the keyring has for a URL; blocks. None without the `keyring` library.

        From then on `for_url` knows it too, for the same origin.
        """
        address = self._address_for(url, index)
        username = None if address is None else address.username
        origin = origin_of(url)
        with self._asking:
            if (origin, username) not in self._keyring:
                self._keyring[origin, username] = self._ask_keyring(origin, username, address)
            return self._keyring[origin, username]

    def _ask_keyring(
        self, origin: Origin, username: str | None, address: HttpAddress | None
    ) -> Credentials | None:
        host = origin[1] if origin[2] is None else f"{origin[1]}:{origin[2]}"
        services = [host, origin[1]]
        if address is not None:
            services.insert(0, address.base)
        return _ask_keyring(services, username)

    def only_from_keyring(self, credentials: Credentials | None) -> bool:
        """Whether these are the keyring's, and nobody's else."""
        return credentials is not None and any(
            found is credentials for found in self._keyring.values()
        )

    def _address_for(self, url: str, index: str | None) -> HttpAddress | None:
        """The index whose credentials a URL may get: the one it is fetched for comes first."""
        origin = origin_of(url)
        named = self._addresses.get(index) if index is not None else None
        if named is not None and origin_of(named.base) == origin:
            return named
        # A file of one index on the host of another, a redirect between the two: the longest
        # matching address wins, so that two indexes on one host keep theirs apart.
        matching = [
            address
            for address in self._addresses.values()
            if origin_of(address.base) == origin and url.startswith(address.base)
        ]
        return max(matching, key=lambda address: len(address.base), default=None)

    def _from_netrc(self, url: str) -> Credentials | None:
        with self._reading:
            if not self._netrc_read:
                self._netrc = _read_netrc(self._environ)
                self._netrc_read = True
        if self._netrc is None:
            return None
        entry = self._netrc.authenticators(origin_of(url)[1])
        if entry is None:
            return None
        login, account, password = entry
        return Credentials(login or account or "", password or "")


def variable_stem(index: str) -> str:
    """`FLET_LOCK_INDEX_<NAME>` for an index: upper case, everything else than A-Z 0-9 is `_`.

    `<stem>_USERNAME` and `<stem>_PASSWORD`, or `<stem>_TOKEN` alone (user name `__token__`,
    as PyPI and most hosts take it) hold its credentials.
    """
    return f"FLET_LOCK_INDEX_{re.sub(r'[^A-Z0-9]', '_', index.upper())}"


def basic_authorization(credentials: Credentials) -> str:
    """RFC 7617: the value of an `Authorization` header, in UTF-8."""
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"


def _index_credentials(address: HttpAddress, environ: Mapping[str, str]) -> Credentials | None:
    stem = variable_stem(address.name)
    username = environ.get(f"{stem}_USERNAME")
    password = environ.get(f"{stem}_PASSWORD")
    token = environ.get(f"{stem}_TOKEN")
    if token:
        return Credentials(username or TOKEN_USER, token)
    if username or password:
        return Credentials(username or address.username or "", password or address.password or "")
    if address.password is not None:
        return Credentials(address.username or "", address.password)
    if address.username:
        # `https://TOKEN@host/`: hosts such as Gemfury take the token as the user name. Where a
        # password is needed, the server's 401 leads to the keyring.
        return Credentials(address.username, "")
    return None


def _read_netrc(environ: Mapping[str, str]) -> netrc.netrc | None:
    """The file of `NETRC`, else `~/.netrc` (`~/_netrc`). A broken one counts as none."""
    named = environ.get("NETRC")
    if named is not None:
        candidates = [Path(named)]
    else:
        home = environ.get("HOME") or environ.get("USERPROFILE")
        if not home:
            return None
        candidates = [Path(home) / ".netrc", Path(home) / "_netrc"]
    for path in candidates:
        try:
            if path.is_file():
                return netrc.netrc(path)
        except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
            return None
    return None


def _ask_keyring(services: Iterable[str], username: str | None) -> Credentials | None:
    try:
        import keyring  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        return None
    for service in services:
        try:
            found = keyring.get_credential(service, username)
        except Exception:  # noqa: BLE001 - a backend may raise anything; then it has none
            return None
        if found is not None and found.password is not None:
            return Credentials(found.username or username or "", found.password)
    return None
