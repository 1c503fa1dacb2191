"""Audits of whole apps, of files and of packages, on wheels with made binaries."""

import json
from pathlib import Path

import pytest

from fakes.audit_apps import BUILDERS_PATH, AuditApp, good_binary
from fakes.audited import target_of
from fakes.index_server import IndexServer, Ranges
from fakes.native import make_elf
from fakes.wheels import make_wheel
from flet_lock.audit.finding import InstallNameMissing, LibraryElsewhere, LibraryMissing
from flet_lock.cli.main import main
from flet_lock.lockfile.read_lock import lock_path, read_lock
from flet_lock.model.errors.install import FileAltered
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.workflows.auditing.audit_app import audit_app
from flet_lock.workflows.auditing.audit_files import audit_files
from flet_lock.workflows.auditing.audit_outcome import AuditOutcome, AuditTerms
from flet_lock.workflows.locking.lock import lock

Capture = pytest.CaptureFixture[str]


def lock_app(app: AuditApp) -> None:
    lock(app.root, options=app.options, environ={}, dry_run=False, listener=ignore_event)


def audit(app: AuditApp, **options: object) -> AuditOutcome:
    return audit_app(
        app.root,
        options={**app.options, **options},
        environ={},
        terms=AuditTerms(),
        listener=ignore_event,
    )


def locked(app: AuditApp, name: str) -> set[str]:
    return {
        str(package.version)
        for platform in Platform
        for package in read_lock(lock_path(app.root, platform)).packages
        if package.package == name
    }


def test_a_good_app_has_no_finding_and_the_second_audit_reads_no_wheel(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0")
    lock_app(app)
    first = audit(app)
    assert (first.exit_code, first.wheels, first.read) == (0, 6, 6)
    assert [each.platform for each in first.packages] == [*Platform]
    assert all(not each.findings for each in first.packages)
    again = audit(app)
    assert (again.read, again.packages) == (0, first.packages)
    assert audit(app, **{"no-cache": True}).read == 6


def test_what_is_kept_and_damaged_is_read_again(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0")
    lock_app(app)
    first = audit(app)
    for path in (tmp_path / "cache").rglob("binaries/*"):
        path.write_bytes(path.read_bytes()[:-3])
    again = audit(app)
    assert (again.read, again.packages) == (6, first.packages)


def test_a_wheel_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    path = app.release("core", "1.0")[0]
    lock_app(app)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileAltered):
        audit(app)


def test_the_nearest_newer_release_that_is_clean_is_found_and_taken(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core<1.1", "pure-python>=1"])
    app.release("pure_python", "1.0")
    app.release("core", "1.0", bad=True)
    lock_app(app)
    app.release("core", "0.9")
    app.release("core", "1.1", bad=True)
    app.release("core", "1.2")
    app.release("core", "1.3")
    found = audit(app)
    assert found.exit_code == 1
    android, ios = (each for each in found.packages if each.package == "core")
    assert [type(each.finding) for each in android.findings] == [LibraryMissing]
    (name,) = ios.findings
    assert isinstance(name.finding, InstallNameMissing)
    assert name.finding.library == BUILDERS_PATH
    assert len(name.slices) == 3
    for each in (android, ios):
        assert each.remedy is not None
        assert (str(each.remedy.version), each.remedy.number) == ("1.2", 1)
        assert [line.after for line in each.remedy.lines] == ["core<1.3"]
    assert main(["audit", str(app.root), "--fix", "1", "-q", *app.words]) == 0
    assert '"core<1.3"' in (app.root / "pyproject.toml").read_text()
    assert locked(app, "core") == {"1.2"}


def test_an_older_release_is_taken_where_no_newer_one_is_clean(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0", bad=True)
    lock_app(app)
    app.release("core", "0.8")
    app.release("core", "0.9")
    app.release("core", "2.0", bad=True)
    before = (app.root / "pyproject.toml").read_text()
    remedy = audit(app).packages[0].remedy
    assert remedy is not None
    assert (str(remedy.version), remedy.lines) == ("0.9", ())
    assert main(["audit", str(app.root), "--fix", "1", "-q", *app.words]) == 0
    assert (app.root / "pyproject.toml").read_text() == before
    assert locked(app, "core") == {"0.9"}


def test_a_release_with_which_the_app_does_not_lock_is_no_way_out(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core", "other==1.0"])
    app.release("other", "1.0")
    app.release("core", "1.0", bad=True)
    lock_app(app)
    app.release("core", "1.1", requires=["other>=2"])
    found = audit(app)
    assert found.packages[0].remedy is None
    assert found.packages[0].tried == 1
    assert audit(app, **{"fix-budget": "0"}).packages[0].tried == 0
    assert main(["audit", str(app.root), "--fix", "1", "-q", *app.words]) == 2


def test_a_way_out_may_not_bring_a_package_that_fails(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0", bad=True)
    lock_app(app)
    app.release("helper", "1.0", bad=True)
    app.release("core", "1.1", requires=["helper"])
    app.release("core", "1.2")
    remedy = audit(app).packages[0].remedy
    assert remedy is not None
    assert str(remedy.version) == "1.2"


def test_platforms_and_slices_can_be_chosen(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0")
    lock_app(app)
    found = audit(app, platform=["ios"], arch=["iphoneos.arm64"])
    (package,) = found.packages
    assert (package.platform, found.wheels) == (Platform.IOS, 1)


def test_files_are_audited_without_an_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    app = AuditApp(tmp_path, [])
    files = [str(each) for each in app.release("core", "1.0", bad=True)]
    monkeypatch.chdir(tmp_path)
    words = [*files, "--no-cache", "--output-format", "json"]
    assert main(["audit", *words]) == 1
    document = json.loads(capsys.readouterr().out)
    assert {each["findings"][0]["finding"]["type"] for each in document["packages"]} == {
        "library-missing",
        "install-name-missing",
    }
    assert main(["audit", *words, "--platform", "ios", "--arch", "iphoneos.arm64"]) == 1
    (package,) = json.loads(capsys.readouterr().out)["packages"]
    assert package["findings"][0]["slices"] == ["iphoneos.arm64"]


def test_a_library_of_another_package_is_no_fault_of_a_single_file(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0", bad=True, requires=["flet-libnowhere"])
    app.release("flet_libnowhere", "1.0", files={})
    lock_app(app)
    (android, *_) = (each for each in audit(app).packages if each.package == "core")
    assert isinstance(android.findings[0].finding, LibraryMissing)
    alone = audit_files(
        sorted(app.wheels.glob("core-1.0-*android*")),
        options=app.options,
        environ={},
        terms=AuditTerms(),
    )
    assert isinstance(alone.packages[0].findings[0].finding, LibraryElsewhere)
    assert alone.exit_code == 0


def test_packages_of_an_index_are_audited_the_newest_with_binaries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    app = AuditApp(tmp_path, [])
    app.release("core", "1.0", bad=True)
    app.release("core", "1.1")
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "core", *app.words]) == 0
    assert main(["audit", "core==1.0", *app.words]) == 1
    assert main(["audit", "core<1.1", *app.words]) == 1
    capsys.readouterr()
    assert main(["audit", "nothing", *app.words]) == 2
    assert "nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["core", "x.whl"],
        ["missing-1.0-py3-none-any.whl"],
        ["notawheel.whl"],
        ["core", "--fix", "1"],
        ["--fail-on", "everything"],
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notawheel.whl").write_bytes(b"")
    assert main(["audit", *words, "--no-cache", "--offline"]) == 2
    assert capsys.readouterr().err.startswith("✗")


def test_an_app_without_a_lock_is_told(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    assert main(["audit", str(app.root), *app.words]) == 1


def test_the_level_that_fails_can_be_chosen(tmp_path: Path) -> None:
    app = AuditApp(tmp_path, ["core"])
    # Nobody needs the library: a note on Android, and nothing on iOS.
    app.release("core", "1.0")
    target = target_of("arm64-v8a")
    (wheel,) = app.wheels.glob("core-1.0-*arm64_v8a.whl")
    files = {"core/m.cpython-313.so": good_binary(target), "core/libx.so": make_elf()}
    wheel.write_bytes(make_wheel("core", "1.0", "cp313-cp313-android_24_arm64_v8a", files=files))
    lock_app(app)
    for level, code in (("load", 0), ("flet", 0), ("heavy", 0), ("note", 1)):
        words = ["--fail-on", level, "-q", "--fix-budget", "0", *app.words]
        assert main(["audit", str(app.root), *words]) == code


def notes_of(capsys: Capture) -> list[tuple[str, str]]:
    document = json.loads(capsys.readouterr().out)
    return [
        (each["kind"], each["value"]) for each in document["notes"] if each["kind"] != "no-flet"
    ]


def test_lock_takes_the_newest_release_that_is_clean_where_that_is_asked_for(
    tmp_path: Path, capsys: Capture
) -> None:
    app = AuditApp(tmp_path, ["core"])
    app.release("core", "1.0")
    app.release("core", "1.1")
    app.release("core", "1.2", bad=True)
    app.release("core", "1.3", bad=True)
    words = [str(app.root), "--output-format", "json", *app.words]
    assert main(["lock", "--audit", *words]) == 0
    assert locked(app, "core") == {"1.1"}
    assert notes_of(capsys) == [("audit-avoided", "core 1.3"), ("audit-avoided", "core 1.2")]
    assert main(["lock", *words]) == 0
    assert locked(app, "core") == {"1.1"}, "an audited version is kept"
    assert main(["lock", "-U", *words]) == 0
    assert locked(app, "core") == {"1.3"}


def test_lock_keeps_a_release_that_fails_where_there_is_no_other(
    tmp_path: Path, capsys: Capture
) -> None:
    app = AuditApp(tmp_path, ["core", "good"])
    app.release("core", "1.0", bad=True)
    app.release("good", "1.0")
    words = [str(app.root), "--output-format", "json", *app.words]
    assert main(["lock", "--audit", *words]) == 0
    failing = ("audit-fails", "core 1.0")
    assert notes_of(capsys) == [failing, failing]
    assert main(["lock", *words]) == 0
    seen = ("seen-to-fail", "core 1.0")
    assert notes_of(capsys) == [seen, seen]
    assert main(["lock", "--no-cache", *words[:-2]]) == 0
    assert notes_of(capsys) == []
    assert main(["lock", "--audit", "--fix", "1", *words]) == 2


@pytest.mark.parametrize("ranges", ["yes", "ignored", "refused"])
def test_the_first_bytes_of_binaries_are_enough_for_a_look(
    ranges: Ranges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    small = [(0x1000, 0, 5)]
    binary = make_elf(segments=small, needed=("libnowhere.so",), debug=bytes(3_000_000))
    tag = "cp313-cp313-android_24_arm64_v8a"
    wheel = make_wheel("core", "1.0", tag, files={"core/m.cpython-313.so": binary})
    with IndexServer(ranges=ranges) as server:
        server.add("core", "1.0", wheel, filename=f"core-1.0-{tag}.whl")
        words = ["core", "--default-index", server.url, "--no-flet-index", "--no-cache"]
        assert main(["audit", *words, "--heads", "--output-format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        types = {each["finding"]["type"] for each in document["packages"][0]["findings"]}
        asked = [each for each in server.paths("GET") if each.endswith(".whl")]
        assert main(["audit", *words]) == 1
    assert document["heads_only"]
    if ranges == "yes":
        assert types == {"small-pages"}
        assert len(asked) == 2, "the table of contents, and the binary"
    else:
        assert types == {"small-pages", "library-missing", "not-stripped"}
    assert "needs libnowhere.so" in capsys.readouterr().out.replace("\n      ", " ")


def test_a_package_that_is_known_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    tag = "cp313-cp313-android_24_arm64_v8a"
    wheel = make_wheel("core", "1.0", tag, files={"core/m.cpython-313.so": make_elf()})
    with IndexServer() as server:
        server.add("core", "1.0", wheel, filename=f"core-1.0-{tag}.whl")
        words = ["core", "--default-index", server.url, "--no-flet-index", "--cache-dir", "cache"]
        assert main(["audit", *words]) == 0
        server.forget()
        assert main(["audit", *words]) == 0
        assert [each for each in server.paths("GET") if each.endswith(".whl")] == []
    assert "all known" in capsys.readouterr().out


def test_options_choose_the_python_and_the_oldest_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    tag = "cp313-cp313-android_24_arm64_v8a"
    late = make_elf(undefined=("getentropy",))
    Path(f"core-1.0-{tag}.whl").write_bytes(
        make_wheel("core", "1.0", tag, files={"core/m.cpython-313.so": late})
    )
    words = ["audit", f"core-1.0-{tag}.whl", "--no-cache"]
    assert main(words) == 1
    assert main([*words, "--android-api", "28"]) == 0
    capsys.readouterr()
    assert main([*words, "--python-version", "3.14"]) == 0
    assert "nothing to audit" in capsys.readouterr().out


def test_what_an_audit_of_a_package_saw_is_marked_in_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    app = AuditApp(tmp_path, [])
    paths = [*app.release("core", "1.0", bad=True), *app.release("core", "1.1")]
    with IndexServer() as server:
        for path in paths:
            version = path.name.split("-")[1]
            server.add("core", version, path.read_bytes(), filename=path.name)
        words = ["--default-index", server.url, "--no-flet-index", "--cache-dir", "cache"]
        for release, code in (("core==1.0", 1), ("core==1.1", 0)):
            assert main(["audit", release, *words]) == code
        capsys.readouterr()
        assert main(["wheels", "core", *words]) == 0
        assert "binaries of 1.0 were seen to fail" in capsys.readouterr().out
