"""One JSON document per run, for programs: success and failure alike.

Every document has these keys; others may be added under the same version::

    schema_version  1; raised when a key changes its meaning or goes away
    command         "lock", "check", "cache"
    ok              true where exit_code is 0
    exit_code       0 done, 1 the answer is no, 2 it could not be found out, 130 interrupted

`lock`, done::

    project, python             the app's name; "3.14.6"
    dry_run, strict, seconds
    refused[]                   packages that --strict failed on
    fixed[]                     what --fix changed: file, table, line, before, after
    traffic                     requests, bytes_received, from_cache
    notes[]                     kind, place {file, line, key}, value, text; flet {version,
                                generation, python, found}, of those about how a Flet builds
    cutoff_exempt[]             indexes that give no upload times
    platforms[]
        platform                "android", "ios"
        lock_path, written
        targets[]               slice, python_version "3.14", python_full_version, minimum_os
        requires[]              the app's own requirements, as an edge below
        packages[]              name, version, extras[], mixed_origins
            availability {}     slice to "pure", "binary", "pure-fallback", "hollow",
                                "source-only", "missing"
            artifacts {}        slice to file: type, filename, url, index, hashes, size, …
            requires[]          package, extras[], specifier, targets[], uncertain, marker
        replies[]               index, url, answer "found" or "not-found", gives_upload_times
        changes[]               package, before, after (null: not in that lock)
        moved[]                 package, old[], new[]: indexes, where another one serves it now
        altered[]               package, filename, algorithm, old, new: same name, other bytes
        downgrades[]            package, taken, newest, …, cause, rejections[], text
        native_releases {}      package with a hollow wheel to its newest release with a native one

`check`, answered: `project`, `in_step`, `lock_paths[]`, `mend`, `seconds`, `notes[]` and
`drifts[]` with platform, kind, added[], removed[], places[] and `sentences[]`.

`why`, `tree` and `wheels`: see `graph_json` and `wheels_json`.

`cache`: `action` and, by action, `path`, `bytes`, `files_removed` and `bytes_removed`.

`verify` and `run`: see `handover_json`.

Any command, failed: `error` with `type`, `summary`, `details[]`, `hints[]`, `problems[]` (each
again summary, details, hints, place) and `facts`, which holds every field of the error: of
`cannot-lock` all blockers with their chains, rejected releases and typed rejections, and
`suggestions[]` (number, which is what `--fix` takes; packages, edits, lines to write, state
"untried", "works" or "failed", whole, locks, unbuilt), `together[]` and `seconds`.
"""

import json
from collections.abc import Mapping

from msgspec.structs import replace

from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.resolution import Pin
from flet_lock.model.app.flet_choice import FletChoice
from flet_lock.model.app.project import ProjectNote
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.target import Platform, Target
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.failure import Failure
from flet_lock.reports.json.to_json import Json, to_json, type_name
from flet_lock.reports.wording.lock.downgrades import explain_downgrade
from flet_lock.reports.wording.lock.drifts import explain_drift
from flet_lock.reports.wording.lock.notes import explain_note
from flet_lock.workflows.cache import CacheOutcome
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome

SCHEMA_VERSION = 1


def render_json(document: Mapping[str, Json]) -> str:
    """The document as text. ASCII, so that no console's encoding can spoil it."""
    return json.dumps(document, indent=2) + "\n"


def lock_document(outcome: LockOutcome) -> dict[str, Json]:
    """A lock run that found an answer."""
    return {
        **document_head(outcome),
        "project": to_json(outcome.project_name),
        "python": outcome.python_full_version,
        "dry_run": outcome.dry_run,
        "strict": outcome.strict,
        "refused": to_json(outcome.refused_packages),
        "fixed": to_json(outcome.fixed),
        "seconds": round(outcome.seconds, 3),
        "traffic": to_json(outcome.traffic),
        "notes": [_note(note) for note in outcome.notes],
        "cutoff_exempt": to_json(outcome.cutoff_exempt),
        "platforms": [_platform(each) for each in outcome.platforms],
    }


def check_document(outcome: CheckOutcome) -> dict[str, Json]:
    """The answer of a check."""
    return {
        **document_head(outcome),
        "project": to_json(outcome.project_name),
        "in_step": outcome.in_step,
        "lock_paths": to_json(outcome.lock_paths),
        "mend": to_json(outcome.locking_command),
        "seconds": round(outcome.seconds, 3),
        "notes": [_note(note) for note in outcome.notes],
        "drifts": [
            {**_record(drift), "sentences": to_json(explain_drift(drift))}
            for drift in outcome.drifts
        ],
    }


def cache_document(outcome: CacheOutcome) -> dict[str, Json]:
    """What a cache command found or did."""
    facts = {"path": outcome.path, "bytes": outcome.bytes}
    if outcome.files_removed is not None:
        facts = {
            "path": outcome.path,
            "files_removed": outcome.files_removed,
            "bytes_removed": outcome.bytes,
        }
    return {
        **document_head(outcome),
        "action": outcome.action,
        **{name: to_json(value) for name, value in facts.items() if value is not None},
    }


def failure_document(outcome: Failure) -> dict[str, Json]:
    """A run without an answer, or whose answer is no."""
    error, explanation = outcome.error, outcome.explanation
    known = error.refusal if isinstance(error, CannotLock) else error
    facts = to_json(known) if isinstance(error, FletLockError) else {}
    if isinstance(facts, dict):
        facts.pop("type", None)
    return {
        **document_head(outcome, outcome.command),
        "error": {"type": type_name(error), **_explanation(explanation), "facts": facts},
    }


def document_head(outcome: CommandOutcome, command: str | None = None) -> dict[str, Json]:
    """The keys that every document has."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": command or outcome.kind,
        "ok": outcome.exit_code == 0,
        "exit_code": outcome.exit_code,
    }


def _explanation(explanation: Explanation) -> dict[str, Json]:
    return {
        "summary": to_json(explanation.summary),
        "details": to_json(explanation.details),
        "hints": to_json(explanation.hints),
        "place": to_json(explanation.place),
        "problems": [_explanation(part) for part in explanation.parts],
    }


def _record(value: object) -> dict[str, Json]:
    found = to_json(value)
    if not isinstance(found, dict):
        raise TypeError(value)
    return found


def _note(note: ProjectNote) -> Json:
    facts = _record(replace(note, flet=None))
    facts.pop("flet")
    if note.flet is not None:
        facts["flet"] = flet_facts(note.flet)
    return {**facts, "text": to_json(explain_note(note))}


def flet_facts(flet: FletChoice) -> dict[str, Json]:
    """The Flet that builds: its version (null: not known), its generation, what named it."""
    return {
        "version": to_json(flet.version),
        "generation": flet.generation.generation,
        "python": flet.generation.python,
        "found": to_json(flet.found),
    }


def _platform(outcome: PlatformOutcome) -> Json:
    resolution = outcome.resolution
    return {
        "platform": outcome.platform.value,
        "lock_path": to_json(outcome.lock_path),
        "written": outcome.written,
        "targets": [_target(target) for target in resolution.targets],
        "requires": to_json(resolution.requires),
        "packages": [_pin(pin) for pin in resolution.pins],
        "replies": to_json(resolution.replies),
        "changes": [
            {"package": package, "before": to_json(before), "after": to_json(after)}
            for package, before, after in outcome.changes
        ],
        "moved": to_json(outcome.moved),
        "altered": to_json(outcome.altered),
        "downgrades": [_downgrade(downgrade) for downgrade in outcome.downgrades],
        "native_releases": {name: str(version) for name, version in resolution.native_releases},
    }


def _target(target: Target) -> Json:
    major, minor = target.minimum_os
    return {
        "slice": target.slice_name,
        "python_version": "{}.{}".format(*target.python_version),
        "python_full_version": target.python_full_version,
        "minimum_os": str(major) if target.platform is Platform.ANDROID else f"{major}.{minor}",
    }


def _pin(pin: Pin) -> Json:
    names = ("version", "extras", "artifacts", "availability", "requires", "mixed_origins")
    return {"name": to_json(pin.package), **{name: to_json(getattr(pin, name)) for name in names}}


def _downgrade(downgrade: Downgrade) -> Json:
    return {**_record(downgrade), "text": to_json(explain_downgrade(downgrade))}
