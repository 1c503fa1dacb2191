"""`flet-lock lock` and `flet-lock check`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.model.errors.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flet_lock.workflows.locking.check import CheckOutcome
    from flet_lock.workflows.locking.upgrade_flet import UpgradeFletOutcome
    from flet_lock.workflows.outcome import Expectation, LockOutcome


def run_lock(invocation: Invocation, output: Output, root: Path) -> "LockOutcome":
    """Locks the app, with the fixes of `--fix`."""
    from flet_lock.workflows.locking.lock import lock  # noqa: PLC0415 - usage needs none of it

    run: Callable[..., LockOutcome] = partial(
        lock, meanwhile=_import_drawing, audited=invocation.flag("audit")
    )
    numbers = invocation.text("fix")
    if numbers is not None:
        from flet_lock.workflows.fixing.fix import fix  # noqa: PLC0415

        if invocation.flag("audit"):
            raise UsageError(option="--audit", value="", detail="--fix says what is locked")
        run = partial(fix, numbers=numbers)
    expects = _expectation(invocation)
    with listening(output) as listener:
        outcome = run(
            root,
            options=invocation.settings,
            environ=output.environ,
            dry_run=invocation.flag("dry-run") or invocation.flag("locked"),
            listener=listener,
        )
    return replace(outcome, expects=expects)


def _expectation(invocation: Invocation) -> "Expectation":
    from flet_lock.workflows.outcome import Expectation  # noqa: PLC0415 - see `run_lock`

    locked = invocation.flag("locked")
    if locked and invocation.text("fix") is not None:
        raise UsageError(option="--locked", value="", detail="--fix changes what is locked")
    if locked:
        return Expectation.LOCKED
    return Expectation.UNCHANGED if invocation.flag("exit-code") else Expectation.NOTHING


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
