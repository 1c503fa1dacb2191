"""What `-o` names."""

from pathlib import Path

from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.errors.usage import UsageError


def write_output(path: Path, text: str) -> None:
    """Writes a page or drafts to a file, in one step.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(
            option="-o", value=str(path), detail=error.strerror or type(error).__name__
        ) from error
