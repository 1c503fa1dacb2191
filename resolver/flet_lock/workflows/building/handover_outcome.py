"""What `run`, `env` and `verify` found out or did, as values that `reports` can draw."""

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from flet_lock.install.comparison.difference import Difference
from flet_lock.install.handover.handover_method import Reason
from flet_lock.model.target import Platform
from flet_lock.workflows.command_outcome import CommandOutcome


class Surprise(Struct, frozen=True, kw_only=True):
    """A tool that a build used, and that its lock did not count on."""

    tool: str
    """`serious_python`, `Python` or `pip`."""
    expected: str
    found: str


class VerifyOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock verify`."""

    kind: ClassVar[str] = "verify"
    project_name: str
    """The app's name."""
    platform: Platform
    """The platform of the lock."""
    lock_path: str
    """File name of the lock."""
    directory: str
    """Relative to the app's folder where it is inside it, `/` between parts."""
    python: str
    """The minor that the lock is for, `3.14`."""
    slices: tuple[str, ...]
    """Names of the slices compared."""
    packages: int
    """Over all slices, each counted once."""
    files: int
    """Looked at."""
    compiled: int
    """Of these, bytecode."""
    unproven: int
    """Bytecode of which only the header could be judged, for want of a Python of that minor."""
    differences: tuple[Difference, ...]
    """Empty if the tree is the lock."""
    surprises: tuple[Surprise, ...]
    """Tools of the build that the lock did not count on; the tree may be the lock all the same."""
    seconds: float
    """Duration."""

    @property
    def is_the_lock(self) -> bool:
        """Whether the tree is what is locked."""
        return not self.differences

    @property
    def exit_code(self) -> int:
        """1 if the tree is not the lock."""
        return int(not self.is_the_lock)


class RunOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock run`."""

    kind: ClassVar[str] = "run"
    project_name: str
    """The app's name."""
    command: tuple[str, ...]
    """Its words."""
    command_exit_code: int
    """128 + N for a command that signal N ended."""
    reasons: tuple[Reason, ...]
    """Why `flet-lock-pip` was used; empty where pip's variables did."""
    installed_anew: bool
    """Whether Flet was made to install the packages; else it could keep the tree it had."""
    verification: VerifyOutcome | None
    """None where the command failed: its tree is of no interest then."""

    @property
    def exit_code(self) -> int:
        """The command's, or 1 where the tree is not the lock."""
        if self.verification is not None and not self.verification.is_the_lock:
            return 1
        return self.command_exit_code


class EnvOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock env`."""

    kind: ClassVar[str] = "env"
    platform: Platform
    """The platform of the lock."""
    folder: str
    """Where the wheels are, absolute."""
    reasons: tuple[Reason, ...]
    """Why `flet-lock-pip` is used; empty if pip's variables suffice."""
    variables: Mapping[str, str]
    """To set."""
    stray: tuple[str, ...]
    """To unset: set at present, and pip would listen to them."""
