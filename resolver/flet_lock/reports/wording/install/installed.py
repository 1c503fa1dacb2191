"""What an installation did, in words."""

from collections.abc import Iterable

from flet_lock.install.tree.unpacked import SharedPath
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lock.lock_summary import describe_bytes, describe_seconds
from flet_lock.reports.wording.targets import join_words
from flet_lock.workflows.outcome import InstallOutcome

DEFAULT_TARGET = "build/site-packages"
"""What `verify` looks at when nothing else is named."""
_SHARED_SHOWN = 3


def summarise_install(outcome: InstallOutcome) -> str:
    """`Installed 12 packages of pylock.android.toml into build/site-packages: …`."""
    where, lock = clean(outcome.target), clean(outcome.lock_path)
    slices = join_words(map(clean, outcome.slices))
    if not outcome.changed:
        # No time: it may be the last answer, said again.
        return f"{where} holds what {lock} says already: {_packages(outcome)} for {slices}"
    return (
        f"Installed {_packages(outcome)} of {lock} into {where} for {slices}: "
        f"{_source(outcome)}, {describe_seconds(outcome.seconds)}"
    )


def _packages(outcome: InstallOutcome) -> str:
    return "1 package" if outcome.packages == 1 else f"{outcome.packages} packages"


def _source(outcome: InstallOutcome) -> str:
    if not outcome.downloaded:
        return "nothing to fetch"
    size = describe_bytes(outcome.bytes_received)
    files = "1 file" if outcome.downloaded == 1 else f"{outcome.downloaded} files"
    return f"{files} fetched ({size})"


def explain_slice(name: str, packages: int, files: int, size: int) -> str:
    """`arm64-v8a: 12 packages, 1,204 files, 34.5 MB`."""
    noun = "1 package" if packages == 1 else f"{packages} packages"
    return f"{clean(name)}: {noun}, {files:,} files, {describe_bytes(size)}"


def explain_removed(slices: Iterable[str]) -> str:
    """Slices that were in the folder before and were not asked for."""
    names = [clean(name) for name in slices]
    if len(names) == 1:
        return f"{names[0]} was there before and is gone: it was not asked for"
    return f"{join_words(names)} were there before and are gone: they were not asked for"


def explain_shared(shared: Iterable[SharedPath]) -> tuple[str, ...]:
    """Files that several packages bring; the same in every slice counts once."""
    found = dict.fromkeys((one.path, one.packages) for one in shared)
    sentences = [
        f"{join_words(packages)} bring the same {code(path)}"
        for path, packages in list(found)[:_SHARED_SHOWN]
    ]
    more = len(found) - len(sentences)
    return (
        (*sentences, f"and {more} more files that several packages bring")
        if more
        else tuple(sentences)
    )


def explain_install_next(outcome: InstallOutcome) -> str:
    """What may be done with the tree."""
    command = f"flet-lock verify --platform {outcome.platform.value}"
    if outcome.target != DEFAULT_TARGET:
        command += f" {outcome.target}"
    return f"see at any time whether it is still the lock: {code(command)}"
