"""Where a file is, as a lock may say it: no credentials, and no path of this machine's."""

import os
from pathlib import Path, PurePath
from urllib.parse import unquote

from msgspec import Struct

from flet_lock.boundary.urls import (
    file_url_to_path,
    filename_of,
    fragment_of,
    is_web,
    recorded_url,
    split_url,
    without_credentials,
)
from flet_lock.model.redaction import public_url


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
            return recorded_url(url), None
        relative = self._relative(local)
        return (local.as_uri(), None) if relative is None else (None, relative)

    def text(self, url: str) -> str:
        """The same in one word, for people: the URL without credentials, or the path."""
        if self._local_path(url) is None:
            return public_url(without_credentials(url))
        place, path = self.place(url)
        return path or place or url

    def index_url(self, location: str) -> str | None:
        """Location of an index without credentials; None for a directory."""
        return recorded_url(location) if is_web(location) else None

    def absolute(self, url: str) -> str:
        """Absolute path with `/`, for a folder that no relative path leads to."""
        local = self._local_path(url)
        return url if local is None else local.as_posix()

    def subdirectory(self, url: str) -> str | None:
        """The `subdirectory=` of a direct reference's fragment (VCS URLs, PEP 610's terms)."""
        return next(iter(fragment_of(url).get("subdirectory", ())), None)

    def _local_path(self, url: str) -> Path | None:
        """Absolute local path, unresolved; None for something remote."""
        parts = split_url(url)
        if parts.scheme == "file":
            return self._absolute(str(file_url_to_path(url)))
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


def is_remote(url: str | None) -> bool:
    """Whether something is fetched over a network; False for None and for a `file:` URL."""
    return url is not None and not url.startswith("file:")


def derived_name(url: str | None, path: str | None) -> str:
    """The file name that readers of PEP 751 derive from a place where no `name` is given."""
    if path:
        return path.rsplit("/", 1)[-1] if "/" in path else path.rsplit("\\", 1)[-1]
    return filename_of(url or "")


def _without_revision(url: str) -> str:
    """`https://host/repo.git` of `https://host/repo.git@main#subdirectory=x`."""
    parts = split_url(url)
    # The revision may itself hold slashes (`@feature/x`), so the first `@` after the host counts.
    return parts._replace(path=parts.path.partition("@")[0], fragment="").geturl()
