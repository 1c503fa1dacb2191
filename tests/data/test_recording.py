import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import record_index
from fakes.wheels import make_wheel, metadata_text, wheel_filename
from recording.closure import Recorder, Recording
from recording.metadata import trim_metadata
from recording.page import ProjectPage, Use, parse_page
from recording.policy import Policy, select_files, select_versions
from recording.pypi import PyPI
from recording.targets import may_hold, may_run
from recording.wheel_tail import TAIL, read_wheel_metadata

POLICY = Policy(since=datetime(2025, 1, 1, tzinfo=UTC), newest=2)


class FakePyPI(httpx.AsyncBaseTransport):
    """Pages, wheels and metadata files in memory; refuses nothing, counts everything."""

    def __init__(self) -> None:
        self.pages: dict[str, list[dict[str, Any]]] = {}
        self.contents: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.failures: list[httpx.Response | httpx.TransportError] = []

    def add(
        self,
        name: str,
        version: str,
        tag: str = "py3-none-any",
        *,
        requires: Sequence[str] = (),
        uploaded: str = "2026-01-01T00:00:00Z",
        pep_658: bool = False,
    ) -> None:
        wheel = make_wheel(name, version, tag, requires=requires)
        filename = wheel_filename(name, version, tag)
        url = f"https://files.example/{filename}"
        entry = {
            "filename": filename,
            "url": url,
            "hashes": {"sha256": hashlib.sha256(wheel).hexdigest()},
            "size": len(wheel),
            "upload-time": uploaded,
            "yanked": False,
        }
        self.contents[url] = wheel
        if pep_658:
            text = metadata_text(name, version, requires=requires)
            entry["core-metadata"] = {"sha256": hashlib.sha256(text).hexdigest()}
            self.contents[f"{url}.metadata"] = text
        self.pages.setdefault(name, []).append(entry)

    def add_sdist(self, name: str, version: str, content: bytes) -> None:
        filename = f"{name}-{version}.tar.gz"
        url = f"https://files.example/{filename}"
        self.contents[url] = content
        self.pages.setdefault(name, []).append(
            {
                "filename": filename,
                "url": url,
                "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                "size": len(content),
                "upload-time": "2020-01-01T00:00:00Z",
            }
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, httpx.TransportError):
                raise failure
            return failure
        if url.startswith("https://pypi.example/simple/"):
            files = self.pages.get(url.split("/")[-2])
            return (
                httpx.Response(404) if files is None else httpx.Response(200, json={"files": files})
            )
        content = self.contents.get(url)
        if content is None:
            return httpx.Response(404)
        if "Range" in request.headers:
            first, last = request.headers["Range"].removeprefix("bytes=").split("-")
            return httpx.Response(206, content=content[int(first) : int(last) + 1])
        return httpx.Response(200, content=content)


def record(
    fake: FakePyPI, *roots: str, known: dict[str, bytes] | None = None, policy: Policy = POLICY
) -> Recording:
    async def run() -> Recording:
        async with PyPI(
            "https://pypi.example/simple/", connections=4, transport=fake, first_pause_seconds=0
        ) as pypi:
            recorder = Recorder(pypi, policy, beside={}, known=known or {}, report=lambda _: None)
            return await recorder.record(Requirement(root) for root in roots)

    return asyncio.run(run())


def recorded_versions(recording: Recording) -> dict[str, list[str]]:
    return {
        package.name: [str(file.version) for file in package.files]
        for package in recording.packages
    }


def page(name: str, *entries: tuple[str, str]) -> ProjectPage:
    """A page of `none-any` wheels: version and year of upload."""
    files = [
        {
            "filename": wheel_filename(name, version),
            "url": "https://files.example/x",
            "hashes": {"sha256": "0" * 64},
            "size": 1,
            "upload-time": f"{year}-06-01T00:00:00Z",
        }
        for version, year in entries
    ]
    return parse_page(name, json.dumps({"files": files}).encode())


def test_a_recording_follows_what_phones_require_and_nothing_else() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", requires=["lib>=1", 'windows-only; sys_platform == "win32"'])
    fake.add("lib", "1.0", requires=['extra-dep; extra == "fast"', 'phone; sys_platform == "ios"'])
    fake.add("phone", "2.0")
    recording = record(fake, "app")
    assert recorded_versions(recording) == {"app": ["1.0"], "lib": ["1.0"], "phone": ["2.0"]}
    assert recording.unknown == ()


def test_an_extra_is_followed_where_something_asks_for_it() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", requires=["lib[fast]"])
    fake.add("lib", "1.0", requires=['speedups; extra == "fast"', 'docs; extra == "doc"'])
    fake.add("speedups", "1.0")
    assert "speedups" in recorded_versions(record(fake, "app"))
    assert "https://pypi.example/simple/docs/" not in fake.asked


def test_a_name_that_pypi_does_not_know_is_told() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", requires=["flet-libjpeg"])
    assert record(fake, "app").unknown == ("flet-libjpeg",)


def test_metadata_comes_from_its_own_file_where_the_page_promises_one() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", pep_658=True)
    recording = record(fake, "app")
    assert list(recording.packages[0].metadata) == ["app-1.0-py3-none-any.whl"]
    assert [url for url in fake.asked if url.endswith(".whl")] == []


def test_a_metadata_file_with_another_digest_stops_the_recording() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", pep_658=True)
    fake.contents["https://files.example/app-1.0-py3-none-any.whl.metadata"] += b"x"
    with pytest.raises(ValueError, match="not the metadata that was promised"):
        record(fake, "app")


def test_a_wheel_without_metadata_is_not_listed() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0")
    fake.add("app", "2.0")
    del fake.contents["https://files.example/app-2.0-py3-none-any.whl"]
    assert recorded_versions(record(fake, "app")) == {"app": ["1.0"]}


def test_what_an_earlier_recording_brought_is_not_asked_for_again() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0")
    digest = fake.pages["app"][0]["hashes"]["sha256"]
    recording = record(fake, "app", known={digest: b"Name: app\nVersion: 1.0\n"})
    assert fake.asked == ["https://pypi.example/simple/app/"]
    assert recording.packages[0].metadata["app-1.0-py3-none-any.whl"].startswith(b"Name: app")


def test_failures_that_may_pass_are_tried_again() -> None:
    fake = FakePyPI()
    fake.add("app", "1.0")
    fake.failures = [
        httpx.Response(503),
        httpx.ConnectError("reset"),
        httpx.Response(429, headers={"Retry-After": "0"}),
    ]
    assert recorded_versions(record(fake, "app")) == {"app": ["1.0"]}
    assert fake.asked[:4] == ["https://pypi.example/simple/app/"] * 4


def test_a_refusal_stops_the_recording() -> None:
    fake = FakePyPI()
    fake.failures = [httpx.Response(403, request=httpx.Request("GET", "https://pypi.example"))]
    with pytest.raises(httpx.HTTPStatusError):
        record(fake, "app")


def test_a_package_without_any_wheel_has_its_newest_sdist_stored() -> None:
    fake = FakePyPI()
    fake.add_sdist("app", "1.0", b"old")
    fake.add_sdist("app", "1.1", b"new")
    (package,) = record(fake, "app").packages
    assert package.sdists == {"app-1.1.tar.gz": b"new"}
    assert [file.use for file in package.files] == [Use.SOURCE, Use.SOURCE]


def test_a_recording_is_written_as_a_directory_index_and_read_back(tmp_path: Path) -> None:
    fake = FakePyPI()
    fake.add("app", "1.0", requires=["lib"])
    fake.add("lib", "1.0", "cp314-cp314-manylinux_2_28_x86_64")
    fake.add("lib", "1.0", "cp314-cp314-win_amd64")
    out = tmp_path / "pypi"
    record_index.write_recording(out, record(fake, "app"), {"recorded": "2026-01-02"})

    listed = json.loads((out / "simple" / "lib" / "index.json").read_bytes())
    assert listed["versions"] == ["1.0"]
    assert [("core-metadata" in file, file["url"]) for file in listed["files"]] == [
        (True, "../../files/lib-1.0-cp314-cp314-manylinux_2_28_x86_64.whl"),
        (False, "../../files/lib-1.0-cp314-cp314-win_amd64.whl"),
    ]
    app = json.loads((out / "simple" / "app" / "index.json").read_bytes())["files"][0]
    text = (out / "files" / "app-1.0-py3-none-any.whl.metadata").read_bytes()
    assert app["core-metadata"] == {"sha256": hashlib.sha256(text).hexdigest()}
    assert record_index.recorded_before(out)[app["hashes"]["sha256"]] == text
    assert json.loads((out / "recorded.json").read_bytes())["counts"] == {
        "packages": 2,
        "files": 3,
        "metadata": 2,
    }


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    trees = []
    for order in (("app", "lib"), ("lib", "app")):
        fake = FakePyPI()
        for name in order:
            fake.add(name, "1.0", requires=["app"])
        out = tmp_path / "-".join(order)
        record_index.write_recording(out, record(fake, *order), {})
        trees.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert trees[0] == trees[1]


def test_old_versions_are_kept_only_where_something_asks_for_them() -> None:
    years = [("1.0", "2019"), ("2.0", "2020"), ("3.0", "2021"), ("4.0", "2025"), ("5.0", "2026")]
    policy = Policy(since=datetime(2025, 1, 1, tzinfo=UTC), newest=2, head=1, fallbacks=1)
    listed = page("lib", *years)
    assert select_versions(listed, [SpecifierSet("")], policy) == {Version("5.0"), Version("4.0")}
    assert Version("1.0") in select_versions(listed, [SpecifierSet("==1.0")], policy)
    assert Version("3.0") in select_versions(listed, [SpecifierSet("<4")], policy)


def test_prereleases_are_kept_after_the_newest_final_release() -> None:
    listed = page("lib", ("1.0b1", "2025"), ("1.0", "2025"), ("2.0a1", "2026"))
    assert select_versions(listed, [SpecifierSet("")], POLICY) == {Version("1.0"), Version("2.0a1")}


def test_older_versions_keep_two_desktop_wheels_and_every_phone_wheel() -> None:
    tags = [
        "cp314-cp314-manylinux_2_28_x86_64",
        "cp314-cp314-macosx_11_0_arm64",
        "cp314-cp314-win_amd64",
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp313-cp313-android_24_arm64_v8a",
        "cp314-cp314-ios_13_0_arm64_iphoneos",
    ]
    files = [
        {
            "filename": wheel_filename("lib", version, tag),
            "url": "https://files.example/x",
            "hashes": {"sha256": "0" * 64},
            "size": 1,
        }
        for version in ("1.0", "2.0")
        for tag in tags
    ]
    listed = parse_page("lib", json.dumps({"files": files}).encode())
    policy = Policy(since=POLICY.since, newest=2, full_versions=1, desktop_metadata=1)
    kept = list(select_files(listed, listed.files, policy))
    old = {
        file.listed.filename: recorded for file, recorded in kept if file.version == Version("1.0")
    }
    assert old == {
        wheel_filename("lib", "1.0", tags[0]): False,
        wheel_filename("lib", "1.0", tags[1]): False,
        wheel_filename("lib", "1.0", tags[4]): True,
        wheel_filename("lib", "1.0", tags[5]): True,
    }
    new = {
        file.listed.filename: recorded for file, recorded in kept if file.version == Version("2.0")
    }
    assert [name for name, recorded in new.items() if not recorded] == [
        wheel_filename("lib", "2.0", tag) for tag in (tags[3], tags[1], tags[2])
    ]


@pytest.mark.parametrize(
    ("tag", "use"),
    [
        ("py3-none-any", Use.PHONE),
        ("py2.py3-none-any", Use.PHONE),
        ("cp39-abi3-android_21_arm64_v8a", Use.PHONE),
        ("cp313-cp313-ios_18_0_arm64_iphoneos", Use.PHONE),
        ("cp315-cp315-android_24_arm64_v8a", Use.OTHER),
        ("py2-none-any", Use.OTHER),
        ("cp311-none-any", Use.OTHER),
        ("cp314-cp314-pyemscripten_2026_0_wasm32", Use.OTHER),
        ("cp39-abi3-manylinux_2_28_x86_64", Use.DESKTOP),
        ("cp313-cp313-manylinux_2_28_x86_64", Use.OTHER),
        ("cp314-cp314-musllinux_1_2_x86_64", Use.OTHER),
    ],
)
def test_a_wheel_is_recorded_for_whom_it_serves(tag: str, use: Use) -> None:
    files = [
        {
            "filename": wheel_filename("lib", "1.0", tag),
            "url": "https://files.example/x",
            "hashes": {"sha256": "0" * 64},
        }
    ]
    listed = parse_page("lib", json.dumps({"files": files}).encode())
    assert [file.use for file in listed.files[Version("1.0")]] == [use]


def test_markers_hold_where_any_phone_or_python_makes_them_true() -> None:
    assert may_hold(None, ())
    assert may_hold(Marker('sys_platform == "android"'), ())
    assert may_hold(Marker('python_version < "3.13"'), ())
    assert may_hold(Marker('platform_machine == "armv7l"'), ())
    assert not may_hold(Marker('python_version < "3.12"'), ())
    assert not may_hold(Marker('sys_platform == "darwin"'), ())
    assert not may_hold(Marker('extra == "fast"'), ())
    assert may_hold(Marker('extra == "fast"'), ("fast",))


def test_requires_python_counts_where_it_excludes_every_python() -> None:
    assert may_run(None)
    assert may_run(">=3.9,<3.13")
    assert may_run("not a specifier")
    assert not may_run("<3.12")


def test_trimming_keeps_requirements_verbatim_and_unfolds_lines() -> None:
    text = (
        b"Metadata-Version: 2.1\nName: Lib\nVersion: 1\nSummary: gone\nLicense: gone\n gone too\n"
        b"Requires-Dist: b (>=1)\n ; extra == 'x'\nRequires-Dist: a\nProvides-Extra: x\n"
        b"Requires-Python: >=3.9\n\nRequires-Dist: not-this\n"
    )
    assert trim_metadata(text).decode() == (
        "Metadata-Version: 2.1\nName: Lib\nVersion: 1\nRequires-Python: >=3.9\n"
        "Requires-Dist: b (>=1) ; extra == 'x'\nRequires-Dist: a\nProvides-Extra: x\n"
    )


@pytest.mark.parametrize("padding", [0, 3 * TAIL])
def test_metadata_is_read_from_the_tail_of_a_wheel(padding: int) -> None:
    wheel = make_wheel("lib", "1.0", requires=["other"], padding=padding)
    asked = []

    async def fetch_range(start: int, stop: int) -> bytes:
        asked.append(stop - start)
        return wheel[start:stop]

    found = asyncio.run(read_wheel_metadata(len(wheel), fetch_range))
    assert b"Requires-Dist: other" in found
    assert sum(asked) <= TAIL + 3 * 8192
