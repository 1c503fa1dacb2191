"""`wheels` as a JSON document."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.availability import Offer, PackageOffers, ReleaseOffers, Verdict
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.facts.advice import Advice
from flet_lock.model.index.listing import IndexReply
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.target import Platform, Target
from flet_lock.reports.json.document import (
    Document,
    TargetDocument,
    document_of,
    part_of,
    python_text,
    target_part,
)
from flet_lock.reports.json.to_json import facts_of
from flet_lock.reports.wording.failure.rejections import explain_rejections
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.outcome import Traffic


class OfferDocument(Struct, frozen=True, kw_only=True):
    """What a release offers a target."""

    slice: str
    python_version: str
    """`3.14`."""
    availability: Availability
    file: str | None
    """The file that the target would get; None where it gets none."""
    index: str | None
    text: str | None
    """Why it gets none; None where it gets one."""


class ReleaseDocument(Struct, frozen=True, kw_only=True):
    """A release and what it offers."""

    version: Version
    uploaded: datetime | None
    yanked: str | None
    """None: not withdrawn."""
    indexes: tuple[str, ...]
    sdist: str | None
    """Its file name."""
    offers: tuple[OfferDocument, ...]
    rejections: tuple[Mapping[str, object], ...]
    """Each once, with `targets`: those that it holds for, each `3.14 arm64-v8a`."""


class NewestDocument(Struct, frozen=True, kw_only=True):
    """The newest release that a build for a Python and a platform can use."""

    python_version: str
    platform: Platform
    slices: tuple[Target, ...]
    version: Version | None
    """None: there is none."""
    verdict: Verdict | None
    """Which release locks with all that it needs; None where that was not found out."""


class OffersDocument(Struct, frozen=True, kw_only=True):
    """All that is known of a package."""

    package: NormalizedName
    requirement: Requirement
    found: bool
    newest_of_all: Version | None
    replies: tuple[IndexReply, ...]
    targets: tuple[TargetDocument, ...]
    newest: tuple[NewestDocument, ...]
    left_out: int
    """Older versions that were not looked at."""
    releases: tuple[ReleaseDocument, ...]
    """Newest first."""
    source: SourceFinding | SourceNotSeen | None
    """What the newest sdist holds, where there are no wheels, or why that could not be seen."""
    advice: Advice | None
    """What its name tells."""
    seen_to_fail: tuple[Version, ...]
    """Releases with a wheel that an earlier `flet-lock audit` found to fail."""


class WheelsDocument(Document, frozen=True, kw_only=True):
    """Every fact about every release that was looked at."""

    seconds: float
    traffic: Traffic
    everything: bool
    """`--all`."""
    packages: tuple[OffersDocument, ...]
    """In the order asked."""


def wheels_document(outcome: WheelsOutcome) -> WheelsDocument:
    """Every fact about every release that was looked at."""
    return document_of(WheelsDocument, outcome, packages=tuple(map(_package, outcome.packages)))


def _package(package: PackageOffers) -> OffersDocument:
    return part_of(
        OffersDocument,
        package,
        targets=tuple(map(target_part, package.targets)),
        newest=tuple(
            part_of(
                NewestDocument,
                each,
                python_version=python_text(each.targets[0]),
                slices=each.targets,
            )
            for each in package.newest
        ),
        releases=tuple(map(_release, package.releases)),
    )


def _release(release: ReleaseOffers) -> ReleaseDocument:
    return part_of(
        ReleaseDocument,
        release,
        sdist=None if release.sdist is None else release.sdist.filename,
        offers=tuple(map(_offer, release.offers)),
        rejections=_rejections(release),
    )


def _offer(offer: Offer) -> OfferDocument:
    file = offer.artifact
    return part_of(
        OfferDocument,
        offer,
        slice=offer.target.slice_name,
        python_version=python_text(offer.target),
        file=None if file is None else file.filename,
        index=None if file is None else file.index,
        text=explain_rejections(offer.rejections, offer.target) if file is None else None,
    )


def _rejections(release: ReleaseOffers) -> tuple[Mapping[str, object], ...]:
    """Each once, with the targets it holds for: most hold for many."""
    targets: dict[Rejection, list[str]] = {}
    for offer in release.offers:
        for rejection in offer.rejections:
            label = f"{python_text(offer.target)} {offer.target.slice_name}"
            targets.setdefault(rejection, []).append(label)
    return tuple(
        {**facts_of(rejection), "targets": targets[rejection]}
        for rejection in sorted(targets, key=lambda each: each.filename)
    )
