"""The benchmark tool itself, on a tiny recording. No time is asserted."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from comparison import comparison as comparison_module
from comparison.comparison import (
    Comparison,
    Figure,
    Setting,
    State,
    compare,
    serving_for,
    settings_for,
)
from comparison.contender import Contender, FletLock, Indexes, Uv
from comparison.measurement import Cost, medians, run, total
from comparison.recorded_site import HTML_TYPE, JSON_TYPE, Behaviour
from comparison.result_table import COLUMNS, json_document, markdown, rows_of, summary
from comparison.site_server import Served, Site, capacity, serving
from comparison.workload import Workload, read_workloads, write_app

METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder like `data/`: one package on each of the two indexes."""
    import hashlib  # noqa: PLC0415

    data = tmp_path_factory.mktemp("data")
    sha256 = hashlib.sha256(METADATA).hexdigest()
    page = data / "index" / "pypi" / "simple" / "demo" / "index.json"
    page.parent.mkdir(parents=True)
    entry = {
        "filename": "demo-1.0-py3-none-any.whl",
        "url": "../../files/demo-1.0-py3-none-any.whl",
        "hashes": {"sha256": "0" * 64},
        "requires-python": ">=3.8",
        "size": 1000,
        "upload-time": "2026-01-01T00:00:00Z",
        "core-metadata": {"sha256": sha256},
        "yanked": False,
    }
    page.write_text(json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": [entry]}))
    files = data / "index" / "pypi" / "files"
    files.mkdir()
    (files / "demo-1.0-py3-none-any.whl.metadata").write_bytes(METADATA)
    flet = data / "index" / "flet" / "simple" / "native"
    flet.mkdir(parents=True)
    (flet / "index.html").write_text('<a href="../../n-1.0-py3-none-any.whl#sha256=1">n</a>\n')
    return data


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Served]:
    sites = {
        "pypi": Site(folder=data / "index" / "pypi", behaviour=Behaviour(max_age=7)),
        "flet": Site(folder=data / "index" / "flet", behaviour=Behaviour(latency_seconds=0.01)),
    }
    with serving(sites) as running:
        yield running


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    asked = Request(url, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urlopen(asked, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_pages_come_in_the_form_that_is_asked_for(served: Served) -> None:
    url = f"{served.url('pypi')}demo/"
    _, headers, body = get(url, Accept=f"{JSON_TYPE}, {HTML_TYPE};q=0.2, text/html;q=0.01")
    assert headers["Content-Type"] == JSON_TYPE
    link = json.loads(body)["files"][0]["url"]
    assert link.startswith("http://127.0.0.1:")
    _, headers, body = get(url, Accept="text/html")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<a href="{link}#sha256='.encode() in body
    assert b'data-core-metadata="sha256=' in body
    status, headers, _ = get(f"{served.url('flet')}native/", Accept=JSON_TYPE)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_pages_are_compressed_kept_and_confirmed(served: Served) -> None:
    url = f"{served.url('pypi')}demo/"
    _, headers, body = get(url, Accept=JSON_TYPE, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Cache-Control"] == "max-age=7, public"
    assert json.loads(gzip.decompress(body))["name"] == "demo"
    status, _, body = get(url, Accept=JSON_TYPE, If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")
    assert get(url, Accept=JSON_TYPE, If_None_Match='"other"')[0] == 200
    status, headers, _ = get(f"{served.url('pypi')}absent/")
    assert (status, headers["Cache-Control"]) == (404, "max-age=7, public")


def test_metadata_and_ranges_are_served(served: Served) -> None:
    _, _, body = get(f"{served.url('pypi')}demo/", Accept=JSON_TYPE)
    url = json.loads(body)["files"][0]["url"] + ".metadata"
    assert get(url)[2] == METADATA
    status, headers, body = get(url, Range="bytes=0-3")
    assert (status, body) == (206, METADATA[:4])
    assert headers["Content-Range"] == f"bytes 0-3/{len(METADATA)}"
    assert get(url, Range="bytes=-5")[2] == METADATA[-5:]
    assert get(url, Range="bytes=9999-")[0] == 416
    outside = served.url("pypi").replace("/simple/", "/files/..%2f..%2f..%2fsecret")
    assert get(outside)[0] == 404


def test_requests_are_counted_from_one_look_to_the_next(served: Served) -> None:
    served.counted("pypi")
    get(f"{served.url('pypi')}demo/", Accept=JSON_TYPE)
    get(f"{served.url('pypi')}absent/")
    counted = served.counted("pypi")
    assert counted.requests == 2
    assert counted.statuses == {200: 1, 404: 1}
    assert counted.bytes_sent > len(METADATA)
    assert served.counted("pypi").requests == 0


def test_capacity_is_told(served: Served) -> None:
    assert capacity(f"{served.url('pypi')}demo/", connections=2, seconds=0.05) > 0


def test_a_run_is_measured(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import sys; print('said'); sys.exit(3)"
    cost = run([sys.executable, "-c", code], log, timeout_seconds=30)
    assert (cost.exit_code, cost.timed_out) == (3, False)
    assert cost.wall_seconds > 0
    assert cost.cpu_seconds > 0
    assert cost.memory_bytes > 1_000_000
    assert log.read_text() == "said\n"


def test_a_run_without_end_is_ended(tmp_path: Path) -> None:
    code = "import time; time.sleep(60)"
    cost = run([sys.executable, "-c", code], tmp_path / "log", timeout_seconds=0.2)
    assert cost.timed_out
    assert cost.wall_seconds < 30


def cost(wall: float, *, requests: int = 0, exit_code: int = 0) -> Cost:
    return Cost(
        wall_seconds=wall,
        cpu_seconds=wall / 2,
        memory_bytes=100,
        requests=requests,
        exit_code=exit_code,
    )


def test_runs_add_up_and_have_medians() -> None:
    both = total([cost(1.0, requests=2), cost(3.0, requests=5, exit_code=1)])
    assert (both.wall_seconds, both.requests, both.exit_code) == (4.0, 7, 1)
    middle = medians([cost(5.0), cost(1.0), cost(2.0)])
    assert (middle.wall_seconds, middle.cpu_seconds) == (2.0, 1.0)


def test_the_workloads_can_be_read_and_have_names_of_their_own() -> None:
    workloads = read_workloads(ROOT / "benchmarks" / "workloads.toml")
    names = [workload.name for workload in workloads]
    assert len(set(names)) == len(names) > 10
    apps = {path.name for path in (ROOT / "data" / "apps").iterdir()}
    assert all(bool(each.app) != bool(each.requires) for each in workloads)
    assert {each.app for each in workloads if each.app} <= apps


def test_all_tools_are_asked_for_the_same(tmp_path: Path) -> None:
    workload = Workload(name="two", about="", requires=["demo", "bee>1"])
    app = write_app(workload, tmp_path / "app", tmp_path)
    for path in app.inputs.values():
        assert path.read_text() == "demo\nbee>1\n"


@pytest.fixture
def quick_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """flet-lock in the place of uv and pip, which a test need not have."""

    class Second(FletLock):
        name = "uv"

    class Third(FletLock):
        name = "pip"

    monkeypatch.setattr(comparison_module, "Uv", Second)
    monkeypatch.setattr(comparison_module, "Pip", Third)


@pytest.mark.usefixtures("quick_tools")
def test_a_comparison_measures_each_tool_in_each_state(data: Path) -> None:
    settings = settings_for([0.0], [State.COLD, State.WARM, State.STALE])
    said: list[str] = []
    found = compare(
        [Workload(name="tiny", about="one package", requires=["demo"])],
        settings,
        data=data,
        rounds=1,
        pip_rounds=1,
        timeout_seconds=60,
        progress=said.append,
    )
    assert len(said) == 3
    assert found.packages == {"tiny": 1}
    assert len(found.figures) == 9
    asked = {
        (figure.contender, figure.setting.state): figure.cost.requests for figure in found.figures
    }
    assert all(figure.cost.exit_code == 0 for figure in found.figures)
    for tool in ("flet-lock", "uv", "pip"):
        assert asked[tool, State.COLD] > asked[tool, State.WARM] == 0
        assert 0 < asked[tool, State.STALE] <= asked[tool, State.COLD]


def test_uv_keeps_only_what_it_knows_of_the_interpreter(tmp_path: Path) -> None:
    uv: Contender = Uv(tmp_path)
    for folder in ("interpreter-v4", "simple-v20"):
        (tmp_path / "uv-cache" / folder).mkdir(parents=True)
    uv.forget()
    assert [path.name for path in (tmp_path / "uv-cache").iterdir()] == ["interpreter-v4"]


def comparison_of_two() -> Comparison:
    setting = Setting(state=State.WARM, latency_seconds=0.02)
    figures = []
    for name, ours, theirs in (("fast", 0.5, 1.0), ("slow", 3.0, 1.0)):
        for tool, seconds in (("flet-lock", ours), ("uv", theirs)):
            figures.append(
                Figure(workload=name, setting=setting, contender=tool, cost=cost(seconds), runs=5)
            )
    return Comparison(
        figures=tuple(figures),
        packages={"fast": 4, "slow": 0},
        about={"fast": "a", "slow": "b"},
        rounds=5,
    )


def test_the_table_says_where_uv_is_ahead() -> None:
    found = comparison_of_two()
    rows = rows_of(found)
    assert [row.cells[:7] for row in rows] == [
        ("fast", "4", "warm", "20 ms", "0.500", "1.000", "0.50"),
        ("slow", "cannot", "warm", "20 ms", "3.000", "1.000", "3.00"),
    ]
    assert all(len(row.cells) == len(COLUMNS) for row in rows)
    assert summary(found) == ["warm, 20 ms: faster than uv on 1 of 2; behind on slow (3.00)"]


def test_results_are_written_for_people_and_programs() -> None:
    found = comparison_of_two()
    text = markdown(found, ["made somewhere"])
    assert "| fast | 4 | warm | 20 ms | 0.500 | 1.000 | 0.50 |" in text
    assert "made somewhere" in text
    document = json.loads(json_document(found, {"date": "2026-11-22"}))
    assert document["schema_version"] == 1
    assert document["figures"][0]["tool"] == "flet-lock"
    assert document["figures"][0]["wall_seconds"] == 0.5


def test_each_way_of_answering_is_served_once(data: Path) -> None:
    settings = settings_for([0.0, 0.02], [State.COLD, State.WARM])
    with serving_for(settings, data / "index") as running:
        urls = {running.url(f"pypi-{setting.site}") for setting in settings}
    assert len(urls) == 2
    assert Indexes(pypi=urls.pop(), flet=None).flet is None
