"""A build could not be started with the lock."""

from flet_lock.model.errors.install import InstallError


class CommandNotStarted(InstallError):
    """The command that was to be run does not exist, or cannot be run."""

    command: str
    """Its first word."""
    detail: str
    """What the system says; `""` where there is no such program."""


class LauncherMissing(InstallError):
    """`flet-lock-pip`, which pip is to call, is not there or could not start in a build."""

    path: str
    """Where it should be."""
    in_user_site: bool
    """It is there, but in a user's site-packages, which the build's pip shuts out."""


class FletCliMissing(InstallError):
    """`flet` would pip-install its own command line in the environment that is set for the lock."""

    program: str
    version: str
    """Of `flet`; its command line has to be the same."""
