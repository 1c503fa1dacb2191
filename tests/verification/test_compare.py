"""Trees as pip and the build leave them, whole and tampered with, against the locked wheels."""

import compileall
import os
import py_compile
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from fakes.locked_app import LockedApp
from flet_lock.install.comparison.bytecode import MAGIC_NUMBERS
from flet_lock.install.comparison.compare import (
    Comparison,
    TreeRules,
    compare_tree,
    stray_extensions,
)
from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.comparison.expected_tree import ExpectedSlice, expect_slice
from flet_lock.install.comparison.junk import JUNK_GLOBS, Junk
from flet_lock.install.plan import plan_install
from flet_lock.install.tree.unpack_wheels import read_all_contents, unpack_plan
from flet_lock.model.event import ignore_event

SLICE = "arm64-v8a"
CHARTS = canonicalize_name("charts")
HERE = sys.version_info[:2]
RULES = TreeRules(
    python=HERE,
    junk=Junk(JUNK_GLOBS),
    flutter_packages=None,
    interpreter=Path(sys.executable),
)
Kinds = set[tuple[str, str]]


class Tree:
    """A slice's folder that holds exactly the lock, to begin with."""

    def __init__(self, root: Path, app: LockedApp) -> None:
        self.root = root
        plan = plan_install(app.lock, [SLICE])
        wheels = {
            planned: app.root / "wheels" / planned.wheel.filename
            for planned in plan.packages
            if planned.wheel is not None
        }
        root.mkdir()
        unpack_plan(plan, wheels, root, ignores_case=False, listener=ignore_event)
        contents = read_all_contents(plan, wheels)
        self.expected: ExpectedSlice = expect_slice(SLICE, plan.for_slice(SLICE), contents, wheels)

    @property
    def folder(self) -> Path:
        return self.root / SLICE

    def compare(self, rules: TreeRules = RULES) -> Comparison:
        return compare_tree([(self.expected, self.folder)], rules)

    def kinds(self, rules: TreeRules = RULES) -> Kinds:
        return {(one.kind.value, one.path) for one in self.compare(rules).differences}

    def only(self, rules: TreeRules = RULES) -> Difference:
        (difference,) = self.compare(rules).differences
        return difference

    def compile(self) -> None:
        """`compileall -b`, then the sources deleted, as serious_python does."""
        assert compileall.compile_dir(self.folder, legacy=True, quiet=2)
        for path in self.folder.rglob("*.py"):
            path.unlink()

    def clean(self) -> None:
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.relative_to(self.folder).as_posix() in RULES.junk:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.fixture
def app(tmp_path: Path) -> LockedApp:
    (tmp_path / "app").mkdir()
    app = LockedApp(root=tmp_path / "app")
    app.pure(
        "charts",
        "2.0",
        files={
            "charts/__init__.py": b"def draw(x):\n    'Draws.'\n    assert x\n    return x + 1\n",
            "charts/py.typed": b"",
            "charts/lines.py": b"from charts import draw\n",
            "charts/native.h": b"int x;\n",
            "charts-2.0.data/scripts/chart": b"#!python\n",
            "charts-2.0.data/headers/charts.h": b"int y;\n",
            "charts-2.0.dist-info/entry_points.txt": b"[console_scripts]\ncharts = charts:draw\n",
        },
    )
    app.pure(
        "extension",
        "1.0",
        files={
            "extension/__init__.py": b"",
            "flutter/extension/pubspec.yaml": b"name: extension\n",
            "flutter/extension/lib/main.dart": b"void main() {}\n",
        },
    )
    app.binary("speedups", "3.1")
    return app


@pytest.fixture
def tree(tmp_path: Path, app: LockedApp) -> Tree:
    return Tree(tmp_path / "site-packages", app)


def test_a_fresh_tree_is_the_lock(tree: Tree) -> None:
    found = tree.compare()
    assert found.differences == ()
    assert found.compiled == 0
    assert found.files == sum(path.is_file() for path in tree.folder.rglob("*"))


def test_a_compiled_tree_is_the_lock(tree: Tree) -> None:
    tree.compile()
    found = tree.compare()
    assert (found.differences, found.compiled, found.unproven) == ((), 4, 0)


def test_a_cleaned_tree_is_the_lock(tree: Tree) -> None:
    tree.clean()
    assert not (tree.folder / "charts" / "py.typed").exists()
    assert tree.kinds() == set()


def test_a_tree_that_is_compiled_and_cleaned_is_the_lock(tree: Tree) -> None:
    tree.compile()
    tree.clean()
    assert tree.kinds() == set()


def test_caches_of_bytecode_that_pip_leaves_are_the_lock(tree: Tree) -> None:
    compileall.compile_dir(tree.folder, quiet=2)
    assert list(tree.folder.rglob("__pycache__/*.pyc"))
    assert tree.kinds() == set()


def test_hashed_bytecode_is_held_against_its_source(tree: Tree) -> None:
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(tree.folder, legacy=True, quiet=2, invalidation_mode=mode)
    assert tree.kinds() == set()
    path = tree.folder / "charts" / "__init__.pyc"
    content = bytearray(path.read_bytes())
    content[8] ^= 1
    path.write_bytes(content)
    assert tree.only().found == "another source"


@pytest.mark.parametrize("level", [1, 2])
def test_bytecode_of_a_build_with_optimisation_is_the_lock(tree: Tree, level: int) -> None:
    source = tree.folder / "charts" / "__init__.py"
    assert compileall.compile_file(source, legacy=True, quiet=2, optimize=level)
    source.unlink()
    assert tree.kinds() == set()


def test_what_an_installer_makes_is_the_lock(tree: Tree) -> None:
    info = tree.folder / "charts-2.0.dist-info"
    (info / "REQUESTED").write_text("")
    (info / "direct_url.json").write_text("{}")
    for path in ("bin/charts", "bin/chart", "include/python3.14/charts/charts.h"):
        (tree.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (tree.folder / path).write_bytes(b"int y;\n")
    assert tree.kinds() == set()


def test_flutter_packages_are_looked_for_where_the_build_moves_them(tree: Tree) -> None:
    moved = tree.root.with_name("flutter-packages")
    (tree.folder / "flutter").rename(moved)
    rules = replace(RULES, flutter_packages=moved)
    assert tree.kinds(rules) == set()

    (moved / "extension" / "pubspec.yaml").write_bytes(b"name: tampered!\n")
    (moved / "extension" / "lib" / "main.dart").unlink()
    assert tree.kinds(rules) == {
        ("changed", "flutter/extension/pubspec.yaml"),
        ("missing", "flutter/extension/lib/main.dart"),
    }


def test_flutter_packages_that_nobody_locked_are_strays(tree: Tree) -> None:
    moved = tree.root.with_name("flutter-packages")
    (moved / "extension").mkdir(parents=True)
    (moved / "other").mkdir()
    assert stray_extensions(moved, [tree.expected]) == ("other",)
    assert stray_extensions(moved / "none", [tree.expected]) == ()


# ----------------------------------------------------------------------------- tampering


def changed(tree: Tree) -> None:
    (tree.folder / "speedups" / "_native.so").write_bytes(b"ELF arm64-v8b")


def longer(tree: Tree) -> None:
    (tree.folder / "speedups" / "_native.so").write_bytes(b"ELF arm64-v8a and more")


def missing(tree: Tree) -> None:
    (tree.folder / "speedups" / "_native.so").unlink()


def linked(tree: Tree) -> None:
    path = tree.folder / "speedups" / "_native.so"
    elsewhere = tree.root / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def metadata(tree: Tree) -> None:
    path = tree.folder / "charts-2.0.dist-info" / "METADATA"
    path.write_bytes(path.read_bytes() + b"Requires-Dist: evil\n")


def record(tree: Tree) -> None:
    path = tree.folder / "charts-2.0.dist-info" / "RECORD"
    text = path.read_text()
    line = "charts/lines.py,sha256="
    position = text.index(line) + len(line)
    path.write_text(
        text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]
    )


def stray(tree: Tree) -> None:
    (tree.folder / "charts" / "backdoor.py").write_bytes(b"")


def stray_elsewhere(tree: Tree) -> None:
    (tree.folder / "sitecustomize.py").write_bytes(b"")


def stray_script(tree: Tree) -> None:
    (tree.folder / "bin").mkdir()
    (tree.folder / "bin" / "other").write_bytes(b"")


def stray_in_dist_info(tree: Tree) -> None:
    (tree.folder / "charts-2.0.dist-info" / "entry.txt").write_bytes(b"")


def no_dist_info(tree: Tree) -> None:
    shutil.rmtree(tree.folder / "charts-2.0.dist-info")


def half_cleaned(tree: Tree) -> None:
    (tree.folder / "charts" / "py.typed").unlink()


def empty(tree: Tree) -> None:
    shutil.rmtree(tree.folder)


@pytest.mark.parametrize(
    ("tamper", "kind", "path", "package"),
    [
        (changed, "changed", "speedups/_native.so", "speedups"),
        (longer, "changed", "speedups/_native.so", "speedups"),
        (missing, "missing", "speedups/_native.so", "speedups"),
        (metadata, "changed", "charts-2.0.dist-info/METADATA", "charts"),
        (record, "changed", "charts-2.0.dist-info/RECORD", "charts"),
        (stray, "stray", "charts/backdoor.py", "charts"),
        (stray_elsewhere, "stray", "sitecustomize.py", None),
        (stray_script, "stray", "bin/other", None),
        (stray_in_dist_info, "stray", "charts-2.0.dist-info/entry.txt", "charts"),
        (half_cleaned, "missing", "charts/py.typed", "charts"),
        (empty, "slice-missing", "", None),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_tampering_is_named_with_its_package(
    tree: Tree, tamper: Callable[[Tree], None], kind: str, path: str, package: str | None
) -> None:
    tamper(tree)
    found = tree.only()
    assert (found.kind, found.path, found.package) == (kind, path, package)
    assert found.slice_name == SLICE


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_not_the_file_it_leads_to(tree: Tree) -> None:
    linked(tree)
    assert tree.only().kind is DifferenceKind.NOT_A_FILE


def test_a_package_without_dist_info_is_not_installed(tree: Tree) -> None:
    no_dist_info(tree)
    assert ("package-missing", "charts-2.0.dist-info") in tree.kinds()


def test_another_version_is_told_as_such_and_its_files_are_its(tree: Tree) -> None:
    old = tree.folder / "charts-1.9.dist-info"
    (tree.folder / "charts-2.0.dist-info").rename(old)
    (old / "RECORD").write_text("charts/gone.py,,\n")
    (tree.folder / "charts" / "gone.py").write_bytes(b"")
    found = {one.path: one for one in tree.compare().differences}
    version = found["charts-1.9.dist-info"]
    assert (version.kind, version.expected, version.found) == (DifferenceKind.VERSION, "2.0", "1.9")
    assert found["charts/gone.py"].package == CHARTS
    assert "package-missing" not in {one.kind for one in found.values()}


def test_a_package_that_is_not_locked_is_told_once_with_its_files(tree: Tree) -> None:
    info = tree.folder / "evil-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("evil.py,,\n")
    (tree.folder / "evil.py").write_bytes(b"")
    found = tree.compare().differences
    assert {one.package for one in found} == {"evil"}
    assert ("package-extra", "evil-1.0.dist-info") in tree.kinds()


# ------------------------------------------------------------------------------ bytecode


def test_other_code_of_the_same_size_is_found_where_there_is_a_python(tree: Tree) -> None:
    tree.compile()
    source = tree.root / "__init__.py"
    source.write_bytes(b"def draw(x):\n    'Draws.'\n    assert x\n    return x + 2\n")
    path = tree.folder / "charts" / "__init__.pyc"
    py_compile.compile(str(source), str(path))
    found = tree.only()
    assert (found.kind, found.found) == (DifferenceKind.BYTECODE, "other code")

    unproven = tree.compare(replace(RULES, interpreter=None))
    assert (unproven.differences, unproven.unproven) == ((), 4)


def test_a_source_of_another_size_shows_in_the_header_alone(tree: Tree) -> None:
    tree.compile()
    source = tree.root / "__init__.py"
    source.write_bytes(b"def draw(x):\n    return x + 10\n")
    py_compile.compile(str(source), str(tree.folder / "charts" / "__init__.pyc"))
    found = tree.only(replace(RULES, interpreter=None))
    assert (found.kind, found.expected) == (DifferenceKind.BYTECODE, "a source of 56 bytes")


def test_bytecode_of_another_python_is_found(tree: Tree) -> None:
    tree.compile()
    other = next(python for python in MAGIC_NUMBERS if python != HERE)
    found = tree.compare(replace(RULES, python=other, interpreter=None)).differences
    assert {one.found for one in found} == {"that of Python {}.{}".format(*HERE)}
    assert len(found) == 4


@pytest.mark.parametrize(
    "body", [b"", b"garbage", b"\xf3" + b"\xff" * 50, b"i\x01\x00\x00\x00"], ids=repr
)
def test_made_up_bytecode_is_found(tree: Tree, body: bytes) -> None:
    tree.compile()
    path = tree.folder / "charts" / "lines.pyc"
    path.write_bytes(path.read_bytes()[:16] + body)
    found = tree.only()
    assert (found.kind, found.path) == (DifferenceKind.BYTECODE, "charts/lines.pyc")


def test_what_kills_the_interpreter_does_not_hide_what_follows(tree: Tree, tmp_path: Path) -> None:
    tree.compile()
    (tree.folder / "extension" / "__init__.pyc").write_bytes(
        (tree.folder / "extension" / "__init__.pyc").read_bytes()[:16] + b"garbage"
    )
    if sys.platform == "win32":
        pytest.skip("the stand-in for an interpreter is a shell script")
    # Dies on the first file of each run that has "charts" in its name.
    fragile = tmp_path / "fragile"
    fragile.write_text(
        "#!/bin/sh\n"
        "while read -r line; do\n"
        '  case "$line" in *charts/__init__.pyc*) kill -9 $$ ;; esac\n'
        f'  printf "%s\\n" "$line" | "{sys.executable}" "$@"\n'
        "done\n"
    )
    fragile.chmod(0o755)
    found = tree.compare(replace(RULES, interpreter=fragile)).differences
    assert {(one.path, one.found) for one in found} == {
        ("charts/__init__.pyc", "no bytecode: it stops an interpreter"),
        ("extension/__init__.pyc", "no bytecode"),
    }


def test_an_interpreter_that_cannot_be_started_leaves_bytecode_unproven(
    tree: Tree, tmp_path: Path
) -> None:
    tree.compile()
    found = tree.compare(replace(RULES, interpreter=tmp_path / "none"))
    assert (found.differences, found.unproven) == ((), 4)


def test_unknown_flags_are_found(tree: Tree) -> None:
    tree.compile()
    path = tree.folder / "charts" / "lines.pyc"
    content = path.read_bytes()
    path.write_bytes(content[:4] + struct.pack("<I", 0b100) + content[8:])
    assert tree.only().expected == "flags of PEP 552"


# -------------------------------------------------------------------------------- overlap


def test_of_two_packages_with_one_path_either_file_will_do(tmp_path: Path) -> None:
    app = LockedApp(root=tmp_path)
    app.pure("one", files={"tests/__init__.py": b"# one\n"})
    app.pure("two", files={"two.py": b""})
    tree = Tree(tmp_path / "tree", app)
    both = LockedApp(root=tmp_path)
    both.pure("one", files={"tests/__init__.py": b"# one\n"})
    both.pure("two", files={"two.py": b"", "tests/__init__.py": b"# two, longer\n"})
    plan = plan_install(both.lock, [SLICE])
    wheels = {
        planned: tmp_path / "wheels" / planned.wheel.filename
        for planned in plan.packages
        if planned.wheel is not None
    }
    tree.expected = expect_slice(
        SLICE, plan.for_slice(SLICE), read_all_contents(plan, wheels), wheels
    )
    # The wheel of `two` was made anew, so only its own RECORD differs from what is unpacked.
    ignored = {("changed", "two-1.0.dist-info/RECORD")}
    assert tree.kinds() - ignored == set()
    path = tree.folder / "tests" / "__init__.py"
    path.write_bytes(b"# two, longer\n")
    assert tree.kinds() - ignored == set()
    tree.compile()
    assert tree.kinds() - ignored == set()
    (tree.folder / "tests" / "__init__.pyc").unlink()
    path.write_bytes(b"# three\n")
    assert tree.kinds() - ignored == {("changed", "tests/__init__.py")}


def test_a_folder_that_cannot_be_read_is_said(tree: Tree) -> None:
    if sys.platform == "win32" or os.geteuid() == 0:
        pytest.skip("everything can be read here")
    tree.folder.chmod(0)
    try:
        assert tree.only().kind is DifferenceKind.UNREADABLE
    finally:
        tree.folder.chmod(0o755)
