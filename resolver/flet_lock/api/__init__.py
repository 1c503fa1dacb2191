"""flet-lock for other programs: what the commands do, as functions.

Nothing is printed. Results are frozen values; what goes wrong is a `FletLockError` with its facts
as attributes (`flet_lock.model.errors` draws the tree). A function reads `os.environ` for
`FLET_LOCK_…`, proxies and credentials, unless it is given another environment.

What is listed in `__all__` follows semantic versioning; see ARCHITECTURE.md, "The public API".
"""

from flet_lock.api.functions import check, install, lock, read_lock, targets, wheels
from flet_lock.api.options import Options
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.errors.install import InstallError
from flet_lock.model.errors.lock import LockError, LockMissing, LockUnreadable
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.resolution import BudgetExceeded, CannotLock
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Event, Listener
from flet_lock.model.target import Platform, Target
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.outcome import InstallOutcome, LockOutcome

__all__ = [
    "BudgetExceeded",
    "CannotLock",
    "CheckOutcome",
    "Event",
    "FletLockError",
    "IndexFailure",
    "InstallError",
    "InstallOutcome",
    "Listener",
    "Lock",
    "LockError",
    "LockMissing",
    "LockOutcome",
    "LockUnreadable",
    "LockedFile",
    "LockedPackage",
    "LockedTree",
    "Options",
    "Platform",
    "ProjectError",
    "Target",
    "UsageError",
    "WheelsOutcome",
    "check",
    "install",
    "lock",
    "read_lock",
    "targets",
    "wheels",
]
