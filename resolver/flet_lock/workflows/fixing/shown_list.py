"""The suggestions that an app's last failed lock showed: `--fix 2` writes the second of those.

They are kept beside the cached pages, under a digest of what decides the lock and of the bytes of
the app's files: after a change of either, a number means nothing any more.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.app.fix import Suggestion
from flet_lock.workflows.cache_folder import cache_folder
from flet_lock.workflows.locking.lock_plan import LockPlan

Shown = tuple[Suggestion, ...]


def keep_shown_list(plan: LockPlan, suggestions: Shown) -> None:
    """Keeps what is about to be shown; where the disk does not take it, `--fix` works it out."""
    import msgspec.json  # noqa: PLC0415 - seldom

    path = _path(plan)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, msgspec.json.encode(suggestions, enc_hook=str))


def read_shown_list(plan: LockPlan) -> Shown | None:
    """What was shown of the app as it is now; None where nothing was, or it cannot be read."""
    import msgspec.json  # noqa: PLC0415 - seldom

    try:
        return msgspec.json.decode(_path(plan).read_bytes(), type=Shown, dec_hook=_parsed)
    except (OSError, ValueError):  # msgspec's own errors are ValueErrors, as those of versions
        return None


def was_shown_otherwise(plan: LockPlan) -> bool:
    """Whether a list was shown of the app in another state, or under other options."""
    try:
        return any(_path(plan).parent.iterdir())
    except OSError:
        return False


def _parsed(kind: type, value: object) -> Any:  # noqa: ANN401 - msgspec's own signature
    if kind in (Requirement, Version) and isinstance(value, str):
        return kind(value)
    raise TypeError(kind)


def _path(plan: LockPlan) -> Path:
    import msgspec.json  # noqa: PLC0415 - seldom

    root = str(plan.project.root.resolve()).encode(errors="surrogateescape")
    state = sha256(msgspec.json.encode([*plan.inputs.values()], enc_hook=str))
    for path in plan.project.files:
        with suppress(OSError):
            state.update(sha256(path.read_bytes()).digest())
    folder = cache_folder(plan.settings) / "v1" / "fixes" / sha256(root).hexdigest()[:32]
    return folder / f"{state.hexdigest()[:32]}.json"
