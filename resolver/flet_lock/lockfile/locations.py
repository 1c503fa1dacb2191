"""Where a file is, as a lock may say it: no credentials, and no path of this machine's."""

import os
from pathlib import Path, PurePath
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from msgspec import Struct

from flet_lock.model.host_system import path_of_url
from flet_lock.model.redaction import redacted

_REMOTE = ("http", "https")


class Locations(Struct, frozen=True, kw_only=True):
    """Turns URLs into the locations of a lock that is written to `lock_dir`."""

    project_root: Path
    """Relative references start here."""
    lock_dir: Path
    """Paths in the lock are relative to this folder."""

    def place(self, url: str, *, vcs: str | None = None) -> tuple[str | None, str | None]:
        """URL or relative path (one of them is None) of what a URL or a local reference names.

        PEP 751, `packages.wheels.path`: "If the path is relative it MUST be relative to the
        location of the lock file. If the path is relative it MAY use POSIX-style path
        separators explicitly for portability." What has no relative path, being on another
        drive of Windows, keeps its `file:` URL.
        """
        if vcs is not None:
            url = _without_revision(url.removeprefix(f"{vcs}+"))
        local = self._local_path(url)
        if local is None:
            return without_credentials(url), None
        relative = self._relative(local)
        return (local.as_uri(), None) if relative is None else (None, relative)

    def text(self, url: str) -> str:
        """The same in one word, for people: the URL without credentials, or the path."""
        if self._local_path(url) is None:
            return without_credentials(url, keep_fragment=True)
        place, path = self.place(url)
        return path or place or url

    def index_url(self, location: str) -> str | None:
        """Location of an index without credentials; None for a directory."""
        return without_credentials(location) if urlsplit(location).scheme in _REMOTE else None

    def absolute(self, url: str) -> str:
        """Absolute path with `/`, for a folder that no relative path leads to."""
        local = self._local_path(url)
        return url if local is None else local.as_posix()

    def subdirectory(self, url: str) -> str | None:
        """The `subdirectory=` of a direct reference's fragment (VCS URLs, PEP 610's terms)."""
        values = parse_qs(urlsplit(url).fragment).get("subdirectory")
        return values[0] if values else None

    def _local_path(self, url: str) -> Path | None:
        """Absolute local path, unresolved; None for something remote."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
            return self._absolute(path_of_url(host + parts.path))
        # One letter is a drive of Windows, not a scheme.
        if len(parts.scheme) > 1 or (not parts.scheme and url.startswith("//")):
            return None
        return self._absolute(unquote(parts.path) if not parts.scheme else url)

    def _absolute(self, path: str) -> Path:
        return Path(os.path.normpath(self.project_root.absolute() / path))

    def _relative(self, path: Path) -> str | None:
        """Path from the lock's folder, `/` between parts; None where there is none.

        A path that lies below the folder as written stays as written. Otherwise links are
        resolved on both sides, for `..` climbs out of the folder that a link leads to.
        """
        below = Path(os.path.normpath(self.lock_dir.absolute()))
        for folder in (below, below.resolve()):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        try:
            return PurePath(os.path.relpath(path.resolve(), below.resolve())).as_posix()
        except ValueError:  # Windows: another drive
            return None


def without_credentials(url: str, *, keep_fragment: bool = False) -> str:
    """A URL without user, password and (unless it is kept) fragment.

    The user of an ssh URL is no secret and part of the address (`git@`): it stays.
    """
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    user = userinfo.partition(":")[0]
    if at and parts.scheme not in _REMOTE and not parts.scheme.endswith(("+http", "+https")):
        host = f"{user}@{host}"
    fragment = parts.fragment if keep_fragment else ""
    # What is left may still hold a token among the parameters: that is masked.
    return redacted(urlunsplit((parts.scheme, host, parts.path, parts.query, fragment)))


def is_remote(url: str | None) -> bool:
    """Whether something is fetched over a network; False for None and for a `file:` URL."""
    return url is not None and not url.startswith("file:")


def derived_name(url: str | None, path: str | None) -> str:
    """The file name that readers of PEP 751 derive from a place where no `name` is given."""
    if path:
        return path.rsplit("/", 1)[-1] if "/" in path else path.rsplit("\\", 1)[-1]
    return unquote(urlsplit(url or "").path.rsplit("/", 1)[-1])


def _without_revision(url: str) -> str:
    """`https://host/repo.git` of `https://host/repo.git@main#subdirectory=x`."""
    parts = urlsplit(url)
    folder, slash, last = parts.path.rpartition("/")
    path = f"{folder}{slash}{last}"
    # The revision may itself hold slashes (`@feature/x`), so the first `@` after the host counts.
    if "@" in path:
        path = path.partition("@")[0]
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
