"""The app's folder and the platform that a command line is about."""

from collections.abc import Sequence
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform

_PROJECT_FILES = ("pyproject.toml", "requirements.txt")
_PROJECT = "[PROJECT"


def project_folders(invocation: Invocation) -> tuple[list[Path], list[str]]:
    """The apps that a command line is about, each once, and words that belong to no app.

    Raises:
        UsageError: a folder is not there, or cannot be looked into.
    """
    try:
        return _project_folders(invocation)
    except OSError as error:
        place = error.filename or "."
        raise UsageError(
            option="", value=str(place), detail=error.strerror or "cannot be read"
        ) from error


def _project_folders(invocation: Invocation) -> tuple[list[Path], list[str]]:
    """What the words name; without one, the app that the working directory is a part of.

    A folder is an app's own. A file is one of an app: of the nearest one upwards.
    """
    command = invocation.command
    if command.name == "audit":
        return [_audited_folder(invocation.words)], []
    places = [at for at, (name, _) in enumerate(command.words) if name.startswith(_PROJECT)]
    if command.actions or not places:
        return [Path()], []
    words: Sequence[str] = invocation.words[places[0] :]
    if command.name == "verify":
        words, _ = verify_words(words)
    if not words:
        return [found_app()], []
    several = command.words[places[0]][0].endswith("…]")
    found: dict[Path, Path] = {}
    strays: list[str] = []
    for word in words if several else words[:1]:
        folder = _folder_of(Path(word))
        if folder is None or (len(words) > 1 and not _may_be_app(folder)):
            strays.append(word)
        else:
            found.setdefault(folder.resolve(), folder)
    return list(found.values()), strays


def found_app() -> Path:
    """The working directory, or the app that it is a part of, or that is in its `src`."""
    here = Path()
    if any((here / name).is_file() for name in _PROJECT_FILES):
        return here
    from flet_lock.workflows.nearest_app import nearest_app  # noqa: PLC0415 - most runs start in the app

    return nearest_app(here) or here


def _folder_of(given: Path) -> Path | None:
    """The app's folder that a word names; None for a file that no app has."""
    if given.is_dir():
        return given
    if not given.is_file():
        raise UsageError(option="", value=str(given), detail="no such folder")
    from flet_lock.workflows.nearest_app import nearest_app  # noqa: PLC0415 - see above

    if given.name in _PROJECT_FILES and nearest_app(given.parent) is None:
        return given.parent
    return nearest_app(given.parent)


def _may_be_app(folder: Path) -> bool:
    """Whether a folder among several is worth a word: `apps/*` names other folders, too."""
    from flet_lock.workflows.nearest_app import is_app  # noqa: PLC0415 - see above

    return is_app(folder)


def _audited_folder(words: Sequence[str]) -> Path:
    """The app's folder, where the only word is one; the packages are looked at from this one."""
    if not words:
        return found_app()
    given = Path(words[0])
    folder = given.parent if given.name in _PROJECT_FILES and given.is_file() else given
    return folder if len(words) == 1 and folder.is_dir() else Path()


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
