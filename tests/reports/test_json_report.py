"""Programs get every fact, and no secret."""

import json
from typing import Any

from msgspec import Struct

from fakes import outcomes
from flet_lock.model.answer.rejection import Rejection
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.redaction import PublicUrl
from flet_lock.reports.failure import Failure
from flet_lock.reports.json.document import render_json
from flet_lock.reports.json.failure_json import failure_document
from flet_lock.reports.json.lock_json import lock_document
from flet_lock.reports.json.to_json import to_json, type_name
from flet_lock.reports.wording.failure.errors import explain


def failure(error: FletLockError) -> Any:  # noqa: ANN401 - parsed JSON
    document = failure_document(Failure(error=error, explanation=explain(error), command="lock"))
    return json.loads(render_json(document))


def rejections_in(value: object) -> list[Rejection]:
    if isinstance(value, Rejection):
        return [value]
    if isinstance(value, tuple):
        return [found for item in value for found in rejections_in(item)]
    if isinstance(value, Struct):
        names = value.__struct_fields__
        return [found for name in names for found in rejections_in(getattr(value, name))]
    return []


def count_types(value: object, names: set[str]) -> int:
    if isinstance(value, dict):
        own = value.get("type") in names
        return own + sum(count_types(item, names) for item in value.values())
    if isinstance(value, list):
        return sum(count_types(item, names) for item in value)
    return 0


def test_no_blocker_and_no_rejection_is_lost() -> None:
    error = outcomes.cannot_lock()
    facts = failure(error)["error"]["facts"]
    assert [each["type"] for each in facts["blockers"]] == [
        type_name(blocker) for blocker in error.blockers
    ]
    names = {type_name(rejection) for rejection in rejections_in(error.blockers)}
    assert count_types(facts, names) == len(rejections_in(error.blockers)) > 10


def test_a_blocker_keeps_every_field_under_its_own_name() -> None:
    for blocker in outcomes.every_blocker():
        facts = to_json(blocker)
        assert isinstance(facts, dict)
        assert set(facts) == {"type", *blocker.__struct_fields__}


def test_the_sentences_are_those_of_the_terminal() -> None:
    error = outcomes.cannot_lock_for_android()
    document = failure(error)["error"]
    found = explain(error)
    assert document["summary"] == found.summary
    assert [part["hints"] for part in document["problems"]] == [
        list(part.hints) for part in found.parts
    ]


def test_a_document_holds_no_credentials() -> None:
    url = "https://me:hunter2@example.org/simple/"
    error = IndexUnreachable(
        index="corp", url=PublicUrl(url), detail=f"GET {url} failed", attempts=4
    )
    assert "hunter2" not in json.dumps(failure(error))
    usage = UsageError(option="--index", value=f"corp={url}", detail="no", choices=())
    assert "hunter2" not in json.dumps(failure(usage))


def test_a_lock_names_each_targets_own_file_and_class() -> None:
    document = json.loads(render_json(lock_document(outcomes.data_app())))
    android = document["platforms"][0]
    numpy = next(each for each in android["packages"] if each["name"] == "numpy")
    slices = [target["slice"] for target in android["targets"]]
    assert list(numpy["artifacts"]) == list(numpy["availability"]) == slices
    assert numpy["artifacts"]["arm64-v8a"]["filename"].endswith("android_24_arm64_v8a.whl")
    assert android["changes"][1] == {
        "package": "numpy",
        "kind": "up",
        "before": "2.2.2",
        "after": "2.3.5",
        "classes": ["pure", "pure"],
        "indexes": [[], []],
    }


def test_type_names_are_kebab_case() -> None:
    assert type_name(outcomes.no_32_bit_arm()) == "no-usable-release"
    assert type_name(KeyError()) == "key-error"
