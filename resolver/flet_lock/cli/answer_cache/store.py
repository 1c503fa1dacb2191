"""Keeps what a run said, with all it rests on, for `recall` to find."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from flet_lock.cli.answer_cache.lookup import (
    ALWAYS_LOOKED_AT,
    answers_folder,
    content_of,
    digest,
    encode,
    entry_name,
    program,
    question,
)
from flet_lock.cli.answer_cache.tracked_environment import TrackedEnvironment
from flet_lock.cli.output import Output
from flet_lock.model.answer.answer_dependencies import AnswerDependencies
from flet_lock.reports.output_formats import FORMATS
from flet_lock.reports.render import Rendered

MOST_KEPT = 64
"""Answers in a cache; the oldest go first. One is as large as an app's locks together."""

CHANGES_THE_PROJECT = frozenset({"--fix"})
"""Options after which the same words are another question."""


def remember(
    words: Sequence[str],
    dependencies: AnswerDependencies,
    output: Output,
    next_answer: Callable[[], Rendered],
    *,
    code: int,
) -> None:
    """Keeps an answer. Where that is not possible, the next run works it out again.

    Args:
        words: Of the command line.
        dependencies: What decided the answer.
        output: Where the run's words went.
        next_answer: Draws what a run prints that finds everything unchanged.
        code: The exit code.
    """
    environ = output.environ
    # With -v a run tells what it did.
    if not FORMATS[output.format].repeatable or output.verbose:
        return
    if not isinstance(environ, TrackedEnvironment):
        return
    if any(word.partition("=")[0] in CHANGES_THE_PROJECT for word in words):
        return
    folder = answers_folder(words, environ)
    if folder is None or environ.read_whole:
        return
    with suppress(OSError):
        if _may_keep(dependencies, Path(folder).parents[1]):
            record = _record(words, dependencies, next_answer(), environ, code)
            _write(Path(folder), entry_name(words), encode(record))


def _record(
    words: Sequence[str],
    dependencies: AnswerDependencies,
    rendered: Rendered,
    environ: TrackedEnvironment,
    code: int,
) -> dict[str, object]:
    files = {str(path): content_of(str(path)) for path in dependencies.files}
    files |= {str(path): content for path, content in dependencies.written}
    names = sorted({*environ.looked_at, *ALWAYS_LOOKED_AT})
    key = os.urandom(32)
    return {
        "key": key,
        "question": digest(key, question(words)),
        "program": program(),
        "environ": {name: digest(key, environ.get(name)) for name in names},
        "files": {path: digest(key, content) for path, content in files.items()},
        "trees": [(str(tree.folder), tree.digest) for tree in dependencies.trees],
        "pages": [
            (str(page.path), page.identity, page.fresh_seconds) for page in dependencies.pages
        ],
        "said": (code, rendered.stdout, rendered.stderr),
    }


def _may_keep(dependencies: AnswerDependencies, cache: Path) -> bool:
    if dependencies.cache_folder is not None and dependencies.cache_folder.absolute() != cache:
        return False
    # Only in a folder that is marked as a cache; `check` makes none.
    if not (cache / "CACHEDIR.TAG").is_file():
        return False
    return all(_changed_at(path) < dependencies.read_from for path in dependencies.files)


def _changed_at(path: Path) -> float:
    """When a file was changed last, or put where it is; seconds since the epoch."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0.0
    return max(status.st_mtime, status.st_ctime)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(folder: Path, name: str, content: bytes) -> None:
    # What a run said may hold what it was told: nobody else reads it, in no umask.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    temporary = folder / f".new-{os.urandom(8).hex()}"
    try:
        with open(temporary, "xb", opener=_private) as file:
            file.write(content)
        temporary.replace(folder / name)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    kept = sorted(folder.iterdir(), key=lambda path: path.lstat().st_mtime, reverse=True)
    for old in kept[MOST_KEPT:]:
        with suppress(OSError):  # a folder, which none of ours is
            old.unlink()
