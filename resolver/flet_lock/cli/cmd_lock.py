"""`flet-lock lock` and `flet-lock check`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from flet_lock.workflows.locking.check import CheckOutcome
    from flet_lock.workflows.locking.upgrade_flet import UpgradeFletOutcome
    from flet_lock.workflows.outcome import LockOutcome


def run_lock(invocation: Invocation, output: Output, root: Path) -> "LockOutcome":
    """Locks the app, with the fixes of `--fix`."""
    from flet_lock.workflows.locking.lock import lock  # noqa: PLC0415 - usage needs none of it

    run: Callable[..., LockOutcome] = partial(lock, meanwhile=_import_drawing)
    numbers = invocation.text("fix")
    if numbers is not None:
        from flet_lock.workflows.fixing.fix import fix  # noqa: PLC0415

        run = partial(fix, numbers=numbers)
    with listening(output) as listener:
        return run(
            root,
            options=invocation.settings,
            environ=output.environ,
            dry_run=invocation.flag("dry-run"),
            listener=listener,
        )


def _import_drawing() -> None:
    """Imports what an answer is drawn with, while the answer is on its way."""
    import flet_lock.cli.answer_cache.store  # noqa: PLC0415
    import flet_lock.reports.text.lock_page  # noqa: PLC0415
    import flet_lock.reports.text.text_renderer  # noqa: F401, PLC0415


def run_check(invocation: Invocation, output: Output, root: Path) -> "CheckOutcome":
    """Compares the locks with the project."""
    from flet_lock.workflows.locking.check import check  # noqa: PLC0415

    return check(root, options=invocation.settings, environ=output.environ)


def run_upgrade_flet(invocation: Invocation, output: Output, root: Path) -> "UpgradeFletOutcome":
    """Compares the app with what another Flet would get."""
    from flet_lock.workflows.locking.upgrade_flet import upgrade_flet  # noqa: PLC0415

    with listening(output) as listener:
        return upgrade_flet(
            root,
            invocation.words[0],
            options=invocation.settings,
            environ=output.environ,
            write=invocation.flag("write"),
            listener=listener,
        )
