"""`wheels` as a JSON document, with the head that every document has (`json_report`).

::

    seconds, traffic            as of `lock`
    everything                  --all
    packages[]                  in the order asked
        package, requirement, found, newest_of_all
        replies[]               index, url, answer, gives_upload_times
        targets[]               slice, python_version "3.14", minimum_os
        newest[]                python_version, platform, slices[], version (null: none)
        left_out                older versions that were not looked at
        releases[]              newest first
            version, uploaded, yanked (null: not), indexes[], sdist (file name, or null)
            offers[]            slice, python_version, availability, file (null: none), index,
                                text (why not, or null)
            rejections[]        type, filename, …, and targets[]: for whom it holds, each
                                "3.14 arm64-v8a"
        source                  what the newest sdist holds, where there are no wheels: kind
                                "pure", "native" or "unsure", evidence[], languages[], backend;
                                or detail: why it could not be looked into
"""

from flet_lock.analysis.availability import Offer, PackageOffers, ReleaseOffers
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.target import Platform, Target
from flet_lock.reports.json.json_report import document_head
from flet_lock.reports.json.to_json import Json, to_json, type_name
from flet_lock.reports.wording.failure.rejections import explain_rejections
from flet_lock.workflows.inspecting.wheels import WheelsOutcome


def wheels_document(outcome: WheelsOutcome) -> dict[str, Json]:
    """Every fact about every release that was looked at."""
    return {
        **document_head(outcome),
        "seconds": round(outcome.seconds, 3),
        "traffic": to_json(outcome.traffic),
        "everything": outcome.everything,
        "packages": [_package(each) for each in outcome.packages],
    }


def _package(package: PackageOffers) -> Json:
    source = to_json(package.source)
    if isinstance(source, dict):
        source = {"type": type_name(package.source), **source}
    return {
        "package": to_json(package.package),
        "requirement": to_json(package.requirement),
        "found": package.found,
        "newest_of_all": to_json(package.newest_of_all),
        "replies": to_json(package.replies),
        "targets": [_target(target) for target in package.targets],
        "newest": [
            {
                "python_version": _python(each.targets[0]),
                "platform": each.platform.value,
                "slices": to_json(each.targets),
                "version": to_json(each.version),
            }
            for each in package.newest
        ],
        "left_out": package.left_out,
        "releases": [_release(each) for each in package.releases],
        "source": source,
    }


def _target(target: Target) -> Json:
    major, minor = target.minimum_os
    return {
        "slice": target.slice_name,
        "python_version": _python(target),
        "python_full_version": target.python_full_version,
        "minimum_os": str(major) if target.platform is Platform.ANDROID else f"{major}.{minor}",
    }


def _python(target: Target) -> str:
    return "{}.{}".format(*target.python_version)


def _release(release: ReleaseOffers) -> Json:
    return {
        "version": to_json(release.version),
        "uploaded": to_json(release.uploaded),
        "yanked": to_json(release.yanked),
        "indexes": to_json(release.indexes),
        "sdist": None if release.sdist is None else to_json(release.sdist.filename),
        "offers": [_offer(each) for each in release.offers],
        "rejections": _rejections(release),
    }


def _offer(offer: Offer) -> Json:
    file = offer.artifact
    return {
        "slice": offer.target.slice_name,
        "python_version": _python(offer.target),
        "availability": offer.availability.value,
        "file": None if file is None else to_json(file.filename),
        "index": None if file is None else to_json(file.index),
        "text": to_json(explain_rejections(offer.rejections, offer.target))
        if file is None
        else None,
    }


def _rejections(release: ReleaseOffers) -> list[Json]:
    """Each once, with the targets it holds for: most hold for many."""
    targets: dict[Rejection, list[Json]] = {}
    for offer in release.offers:
        for rejection in offer.rejections:
            label = f"{_python(offer.target)} {offer.target.slice_name}"
            targets.setdefault(rejection, []).append(label)
    found: list[Json] = []
    for rejection in sorted(targets, key=lambda each: each.filename):
        facts = to_json(rejection)
        assert isinstance(facts, dict)  # noqa: S101 - it is a Struct
        found.append({**facts, "targets": targets[rejection]})
    return found
