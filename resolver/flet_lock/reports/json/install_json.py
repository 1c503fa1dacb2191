"""`install` and `export` as JSON documents; see `json_report` for what all documents have.

`install`, done::

    project, platform           the app's name; "android"
    lock_path, target
    changed                     false: the target held exactly this already
    packages                    over all slices, each counted once
    slices[]                    those that the target holds now
    unpacked[]                  slice_name, packages, files, bytes, shared[]; empty where nothing
                                was done
    removed_slices[]
    downloaded, bytes_received, from_cache
    seconds

`export`, done: `platform`, `format` and `text`.
"""

from flet_lock.reports.json.json_report import document_head
from flet_lock.reports.json.to_json import Json, to_json
from flet_lock.workflows.installing.export import ExportOutcome
from flet_lock.workflows.outcome import InstallOutcome

_SHOWN_OTHERWISE = ("dependencies", "project_name", "seconds")


def install_document(outcome: InstallOutcome) -> dict[str, Json]:
    """What an installation did."""
    return {
        **document_head(outcome),
        "project": to_json(outcome.project_name),
        **{
            name: to_json(getattr(outcome, name))
            for name in outcome.__struct_fields__
            if name not in _SHOWN_OTHERWISE
        },
        "seconds": round(outcome.seconds, 3),
    }


def export_document(outcome: ExportOutcome) -> dict[str, Json]:
    """A lock in another format; `text` is what would be printed."""
    return {
        **document_head(outcome),
        "platform": outcome.platform.value,
        "format": outcome.format,
        "text": outcome.text,
    }
