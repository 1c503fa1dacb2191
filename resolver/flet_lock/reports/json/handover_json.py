"""`verify`, `run` and `env` as JSON documents; see `json_report` for what all documents have.

`verify`, answered::

    project, platform, python   the app's name; "android"; "3.14"
    lock_path, directory
    slices[], packages, files   what was compared
    compiled, unproven          how much of it is bytecode; of how much only the header was judged
    seconds
    surprises[]                 tools of the build that the lock did not count on: tool, expected,
                                found
    differences[]               kind, slice, path, package (null: nobody's), expected, found,
                                text

`run`, done: `project`, `run[]` (the command), `command_exit_code`, `reasons[]`,
`installed_anew` and `verification`: null, or what `verify` has from `platform` on.
"""

from flet_lock.reports.json.json_report import document_head
from flet_lock.reports.json.to_json import Json, to_json
from flet_lock.reports.wording.install.differences import explain_difference
from flet_lock.workflows.building.handover_outcome import RunOutcome, VerifyOutcome


def verify_document(outcome: VerifyOutcome) -> dict[str, Json]:
    """The answer of a verification."""
    return {
        **document_head(outcome),
        "project": to_json(outcome.project_name),
        **_verification(outcome),
    }


def run_document(outcome: RunOutcome) -> dict[str, Json]:
    """What came of a build."""
    verified = outcome.verification
    return {
        **document_head(outcome),
        "project": to_json(outcome.project_name),
        "run": to_json(outcome.command),
        "command_exit_code": outcome.command_exit_code,
        "reasons": to_json(outcome.reasons),
        "installed_anew": outcome.installed_anew,
        "verification": None if verified is None else _verification(verified),
    }


def _verification(outcome: VerifyOutcome) -> dict[str, Json]:
    return {
        "platform": outcome.platform.value,
        "python": to_json(outcome.python),
        "lock_path": to_json(outcome.lock_path),
        "directory": to_json(outcome.directory),
        "slices": to_json(outcome.slices),
        "packages": outcome.packages,
        "files": outcome.files,
        "compiled": outcome.compiled,
        "unproven": outcome.unproven,
        "seconds": round(outcome.seconds, 3),
        "surprises": to_json(outcome.surprises),
        "differences": [
            {
                "kind": to_json(one.kind),
                "slice": to_json(one.slice_name),
                "path": to_json(one.path),
                "package": to_json(one.package),
                "expected": to_json(one.expected),
                "found": to_json(one.found),
                "text": to_json(explain_difference(one)),
            }
            for one in outcome.differences
        ],
    }
