"""What is to be resolved."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.target import Platform, Target


class ResolutionRequest(Struct, frozen=True, kw_only=True):
    """One joint resolution: every package gets one version for all targets in it."""

    targets: tuple[Target, ...]
    """Usually one platform's; both platforms' where they must agree (`--same-versions`)."""
    requirements: tuple[ProjectRequirement, ...]
    """The app's own; those for a platform without a target here are passed over."""
    constraints: tuple[Requirement, ...] = ()
    """Markers are honoured per target."""
    overrides: tuple[Requirement, ...] = ()
    preferences: Mapping[NormalizedName, Version] = field(default_factory=dict)
    """Pins of the existing lock: tried first where they still fit."""
    source_packages: Mapping[Platform, tuple[NormalizedName, ...]] = field(default_factory=dict)
    prereleases: tuple[NormalizedName, ...] | bool = ()
    exclude_newer: datetime | None = None
    index_order: tuple[str, ...] = ()
    """Index names, most preferred first."""
    budget_seconds: float = 60.0
