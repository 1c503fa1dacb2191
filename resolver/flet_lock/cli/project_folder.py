"""The app's folder and the platform that a command line is about."""

from collections.abc import Sequence
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform

_PROJECT_FILES = ("pyproject.toml", "requirements.txt")
_PROJECT = "[PROJECT]"


def project_folder(invocation: Invocation) -> Path:
    """The app's folder; naming its pyproject.toml or requirements.txt will do.

    Raises:
        UsageError: there is no such folder.
    """
    names = [name for name, _ in invocation.command.words]
    if invocation.command.name == "audit":
        return _audited_folder(invocation.words)
    if _PROJECT not in names or invocation.command.actions:
        return Path()
    words: Sequence[str] = invocation.words[names.index(_PROJECT) :]
    if invocation.command.name == "verify":
        words, _ = verify_words(words)
    given = Path(words[0]) if words else Path()
    try:
        folder = _folder_of(given)
        if folder.is_dir():
            return folder
    except OSError as error:
        raise UsageError(option="", value=str(given), detail=error.strerror or "") from error
    detail = "this is a file, give the app's folder" if folder.exists() else "no such folder"
    raise UsageError(option="", value=str(given), detail=detail)


def _folder_of(given: Path) -> Path:
    """The folder that is meant: that of a file of the app, or the path itself."""
    return given.parent if given.name in _PROJECT_FILES and given.is_file() else given


def _audited_folder(words: Sequence[str]) -> Path:
    """The app's folder, where the only word is one; the packages are looked at from this one."""
    folder = _folder_of(Path(words[0])) if len(words) == 1 else Path()
    return folder if folder.is_dir() else Path()


def verify_words(words: Sequence[str]) -> tuple[Sequence[str], str | None]:
    """The app's folder and the folder to look at, as far as they were given.

    The folder to look at is the last word, unless the only one is plainly an app's.
    """
    is_app = len(words) == 1 and any((Path(words[0]) / one).is_file() for one in _PROJECT_FILES)
    return (words, None) if is_app or not words else (words[:-1], words[-1])


def given_platforms(invocation: Invocation) -> list[Platform]:
    """The platforms that are named, each once."""
    given = invocation.values.get("platform")
    names = given if isinstance(given, list) else []
    return list(dict.fromkeys(Platform(name) for name in names))


def chosen_platform(invocation: Invocation, root: Path) -> Platform:
    """The platform that is named; where none is, the one that has a lock.

    Raises:
        UsageError: there is not exactly one.
    """
    platforms = given_platforms(invocation)
    if not platforms:
        platforms = [one for one in Platform if (root / f"pylock.{one.value}.toml").is_file()]
    if len(platforms) != 1:
        raise one_platform()
    return platforms[0]


def one_platform() -> UsageError:
    """For a command that is about one lock, where none or two are meant."""
    return UsageError(
        option="--platform",
        value="",
        detail="say which lock, one of them",
        choices=tuple(platform.value for platform in Platform),
    )
