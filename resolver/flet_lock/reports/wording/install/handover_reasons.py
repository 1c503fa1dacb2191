"""Why a lock is handed to pip by a program rather than by pip's own variables, in words."""

from typing import Final

from flet_lock.install.handover.handover_method import Reason

_REASONS: Final = {
    Reason.DIRECT_REFERENCE: "a requirement names a URL or a folder",
    Reason.MARKER: "a requirement has a marker, which pip asks of this machine",
    Reason.HASHES: "requirements.txt has hashes of its own",
    Reason.SOURCE_PACKAGES: "source_packages forbid pip the wheels of some packages",
    Reason.BUILT_HERE: "a wheel is built on this machine",
    Reason.OVERRIDE: "the lock overrides a requirement",
    Reason.OPTIONAL: "the build asks for optional packages, which are not locked",
    Reason.CONSTRAINT: "pip refuses what the build makes of a requirement",
    Reason.SOME_SLICES: "not every slice gets every package",
    Reason.OTHER_WHEEL: "left alone, pip would give a slice another of the locked wheels",
    Reason.UNSHIPPED_ABI: "the build's pip runs for an architecture, too, that no app gets",
    Reason.MINIMUM_OS: "a wheel needs a newer OS than the build tells pip of",
}


def explain_reason(reason: Reason) -> str:
    """`pip runs under flet-lock-pip: a requirement names a URL or a folder`."""
    return f"pip runs under flet-lock-pip: {_REASONS[reason]}"
