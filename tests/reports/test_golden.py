"""What people and programs read, as files: renewed by `pytest --update-golden`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes import outcomes
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.reports.failure import Failure
from flet_lock.reports.github.annotations import (
    check_annotations,
    failure_annotations,
    lock_annotations,
)
from flet_lock.reports.json.check_json import check_document
from flet_lock.reports.json.document import render_json
from flet_lock.reports.json.failure_json import failure_document
from flet_lock.reports.json.lock_json import lock_document
from flet_lock.reports.layout.page import Line, Medium, lay_out, plain_text
from flet_lock.reports.text.check_page import check_page
from flet_lock.reports.text.failure_page import failure_page
from flet_lock.reports.text.lock_page import lock_page
from flet_lock.reports.wording.failure.errors import explain

GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[Path, str], None]

FAILURES: dict[str, Callable[[], FletLockError]] = {
    "cannot-lock-android": outcomes.cannot_lock_for_android,
    "cannot-lock-both": outcomes.cannot_lock_for_both,
    "cannot-lock-every-kind": outcomes.cannot_lock,
    "cannot-lock-ten": outcomes.ten_blockers,
}


def text_pages(medium: Medium) -> Iterator[tuple[str, list[Line]]]:
    yield "lock-hello", lay_out(lock_page(outcomes.hello(), verbose=False), medium)
    yield "lock-data", lay_out(lock_page(outcomes.data_app(), verbose=False), medium)
    yield "lock-data-verbose", lay_out(lock_page(outcomes.data_app(), verbose=True), medium)
    dry = outcomes.data_app(dry_run=True)
    yield "lock-data-dry-run", lay_out(lock_page(dry, verbose=False), medium)
    yield "check-in-step", lay_out(check_page(outcomes.check_outcome(), verbose=False), medium)
    yield "check-drifted", lay_out(check_page(outcomes.drifted(), verbose=False), medium)
    for name, error in FAILURES.items():
        yield name, failure_page(explain(error()), medium=medium, verbose=False)
    yield (
        "cannot-lock-ten-verbose",
        failure_page(explain(outcomes.ten_blockers()), medium=medium, verbose=True),
    )


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_text_reads_as_reviewed(width: int, golden: Golden) -> None:
    for name, lines in text_pages(Medium(width=width)):
        golden(GOLDEN / f"{name}.{width}.txt", plain_text(lines))


def test_text_without_signs_beyond_ascii_reads_as_reviewed(golden: Golden) -> None:
    for name, lines in text_pages(Medium(width=80, ascii_only=True)):
        text = plain_text(lines)
        assert text.isascii()
        golden(GOLDEN / f"{name}.ascii.txt", text)


def documents() -> Iterator[tuple[str, str]]:
    yield "lock-data", render_json(lock_document(outcomes.data_app()))
    yield "check-in-step", render_json(check_document(outcomes.check_outcome()))
    yield "check-drifted", render_json(check_document(outcomes.drifted()))
    error = outcomes.cannot_lock()
    document = failure_document(Failure(error=error, explanation=explain(error), command="lock"))
    yield "cannot-lock-every-kind", render_json(document)


def test_json_reads_as_reviewed(golden: Golden) -> None:
    for name, text in documents():
        assert json.loads(text)["schema_version"] == 1
        golden(GOLDEN / f"{name}.json", text)


def as_it_is(place: Place) -> Place:
    return place


def test_annotations_read_as_reviewed(golden: Golden) -> None:
    error = outcomes.cannot_lock()
    failure = Failure(error=error, explanation=explain(error), command="lock")
    pages = {
        "lock-data": lock_annotations(outcomes.data_app(), folder="", locate=as_it_is),
        "check-in-step": check_annotations(outcomes.check_outcome(), folder="", locate=as_it_is),
        "check-drifted": check_annotations(
            outcomes.drifted(), folder="apps/weather", locate=as_it_is
        ),
        "cannot-lock-every-kind": failure_annotations(
            failure, folder="apps/weather", locate=as_it_is
        ),
    }
    for name, lines in pages.items():
        golden(GOLDEN / f"{name}.github.txt", "".join(f"{line}\n" for line in lines))
