"""Which warnings of an answer are too much for `--strict`."""

from packaging.utils import NormalizedName

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Availability, Resolution
from flet_lock.model.app.strictness import Step, Strictness


def refused_packages(resolution: Resolution, strictness: Strictness) -> tuple[NormalizedName, ...]:
    """Packages that are too far behind a desktop's, or hollow; sorted."""
    hollow = {
        pin.package for pin in resolution.pins if Availability.HOLLOW in pin.availability.values()
    }
    behind = {
        downgrade.package
        for downgrade in resolution.downgrades
        if is_too_far_behind(downgrade, strictness)
    }
    return tuple(sorted((hollow | behind) - set(strictness.allow)))


def is_too_far_behind(downgrade: Downgrade, strictness: Strictness) -> bool:
    """Whether a downgrade is more than is accepted; of unknown age, it is."""
    own = dict(strictness.packages).get(downgrade.package)
    if own is not None:
        return _differs(downgrade, own)
    if strictness.step is None and strictness.older_than is None:
        return True
    if strictness.step is not None and _differs(downgrade, strictness.step):
        return True
    if strictness.older_than is None:
        return False
    if downgrade.taken_uploaded is None or downgrade.newest_uploaded is None:
        return True
    return downgrade.newest_uploaded - downgrade.taken_uploaded >= strictness.older_than


def _differs(downgrade: Downgrade, step: Step) -> bool:
    taken, newest = downgrade.taken, downgrade.newest
    if step is Step.ANY or taken.epoch != newest.epoch or taken.major != newest.major:
        return True
    return step is Step.MINOR and taken.minor != newest.minor
