"""Checks out a revision of a git repository with the system's git, and never asks anything."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlunsplit

from msgspec import Struct

from flet_lock.boundary.urls import fragment_of, split_url
from flet_lock.model.redaction import redacted

_SECONDS = 600
_TAIL_CHARACTERS = 1000


class GitError(Exception):
    """git could not do it; the message has what it said, without credentials."""


class GitReference(Struct, frozen=True, kw_only=True):
    """`git+https://host/path.git@revision#subdirectory=folder`, taken apart."""

    repository: str
    """What git is given; may carry credentials."""
    revision: str | None
    """Branch, tag or commit; None: the default branch."""
    subdirectory: str | None


def parse_git_url(url: str) -> GitReference:
    """Direct URL data structure and pip's VCS support: revision after the last `@` of the path.

    Raises:
        GitError: a part of it would reach git as an option, or leaves the repository.
    """
    parts = split_url(url.removeprefix("git+"))
    path, at, revision = parts.path.rpartition("@")
    if not at:
        path, revision = parts.path, ""
    subdirectory = next(iter(fragment_of(url).get("subdirectory", ())), None)
    revision = unquote(revision)
    if revision.startswith("-"):
        raise GitError(f"not a revision: {revision}")
    if subdirectory is not None and (
        Path(subdirectory).is_absolute() or ".." in Path(subdirectory).parts
    ):
        raise GitError(f"not inside the repository: {subdirectory}")
    return GitReference(
        repository=urlunsplit((parts.scheme, parts.netloc, path, "", "")),
        revision=revision or None,
        subdirectory=subdirectory,
    )


def check_out(reference: GitReference, folder: Path, environ: Mapping[str, str]) -> str:
    """Clones into a new folder, checks the revision out, and returns its full commit id.

    History and tags come along, but no old file contents (`blob:none`, as pip does): backends that
    take the version from tags would say another one in a shallow clone.

    Raises:
        GitError: there is no git, no such repository or no such revision.
    """
    clone = ["clone", "-q", "--no-checkout", "--filter=blob:none", "--"]
    run_git([*clone, reference.repository, str(folder)], None, environ)
    if reference.revision is not None:
        run_git(
            ["checkout", "-q", "--detach", _revision(reference, folder, environ)], folder, environ
        )
    else:
        run_git(["checkout", "-q", "--detach", "HEAD"], folder, environ)
    if (folder / ".gitmodules").is_file():
        run_git(["submodule", "update", "-q", "--init", "--recursive"], folder, environ)
    return run_git(["rev-parse", "HEAD"], folder, environ).strip()


def _revision(reference: GitReference, folder: Path, environ: Mapping[str, str]) -> str:
    """The commit of a tag, a commit id or a remote branch, in this order."""
    wanted = reference.revision or "HEAD"
    for name in (f"refs/tags/{wanted}", f"refs/remotes/origin/{wanted}", wanted):
        try:
            return run_git(
                ["rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{commit}}"],
                folder,
                environ,
            ).strip()
        except GitError:
            continue
    # A commit that no branch or tag has (a pull request's): by its id, where the server lets us.
    run_git(["fetch", "-q", "--", "origin", wanted], folder, environ)
    return run_git(["rev-parse", "FETCH_HEAD"], folder, environ).strip()


def run_git(arguments: list[str], folder: Path | None, environ: Mapping[str, str]) -> str:
    """What git prints; it asks nobody for anything, and runs no other program.

    Raises:
        GitError: there is no git, or it could not do it.
    """
    settings = {
        **environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "GIT_SSH_COMMAND": environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",  # no `ext::sh -c …`
        "LC_ALL": "C",
    }
    # A hook of the caller's own repository must not point git at that one.
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        settings.pop(name, None)
    try:
        done = subprocess.run(  # noqa: S603 - fixed command, arguments checked
            ["git", *arguments],  # noqa: S607 - the user's git
            cwd=folder,
            env=settings,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()[-_TAIL_CHARACTERS:]
        raise GitError(redacted(said) or f"git {arguments[0]} failed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} took more than {_SECONDS} seconds") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    return done.stdout.decode("utf-8", "replace")
