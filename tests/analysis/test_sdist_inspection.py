"""Sdists in the shapes that PyPI has them, told pure from native by their names and settings."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from fakes.wheels import make_sdist, make_tar_gz, make_zip
from flet_lock.analysis import sdist_inspection
from flet_lock.analysis.sdist_inspection import InspectionError, inspect_sdist
from flet_lock.model.index.source import SourceFinding, SourceKind

SETUP = b"from setuptools import setup\nsetup(name='demo')\n"
EXTENSION = b"""
from setuptools import Extension, setup
setup(name="demo", ext_modules=[Extension("demo._speedups", ["demo/_speedups.c"])])
"""
OPTIONAL = EXTENSION.replace(b'_speedups.c"])', b'_speedups.c"], optional=True)')
RECIPE = b"""
from distutils.errors import CCompilerError
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

class optional_build_ext(build_ext):
    def run(self):
        try:
            super().run()
        except CCompilerError:
            print("the extension is left out")

setup(ext_modules=[Extension("demo._c", ["demo/_c.c"])], cmdclass={"build_ext": optional_build_ext})
"""


def backend(name: str, requires: str = "", rest: str = "") -> bytes:
    return f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{name}"\n{rest}'.encode()


def look(
    folder: Path, files: Mapping[str, bytes], *, filename: str = "demo-1.0.tar.gz"
) -> SourceFinding:
    archive = folder / "archive"
    if filename.endswith(".zip"):
        content = make_zip({f"demo-1.0/{path}": text for path, text in files.items()})
    else:
        content = make_sdist("demo", "1.0", files=files)
    archive.write_bytes(content)
    return inspect_sdist(archive, filename=filename, version=Version("1.0"))


PURE: dict[str, dict[str, bytes]] = {
    "setup.py and nothing else": {"setup.py": SETUP, "demo/__init__.py": b""},
    "setup.py with an empty list": {
        "setup.py": b"from setuptools import setup\nsetup(ext_modules=[])"
    },
    "setuptools by pyproject.toml": {"pyproject.toml": backend("setuptools.build_meta")},
    "setuptools, vendored C nobody names": {
        "pyproject.toml": backend("setuptools.build_meta"),
        "demo/templates/main.c": b"",
    },
    "tests, docs and examples in C": {
        "setup.py": SETUP,
        "tests/data/sample.c": b"",
        "docs/listing.rs": b"",
        "examples/hello/hello.cpp": b"",
        "benchmarks/fast.pyx": b"",
    },
    "headers alone": {"setup.py": SETUP, "demo/include/demo.h": b""},
    "flit": {"pyproject.toml": backend("flit_core.buildapi"), "demo/data.c": b""},
    "uv": {"pyproject.toml": backend("uv_build")},
    "hatchling": {"pyproject.toml": backend("hatchling.build", '"hatchling", "hatch-vcs"')},
    "hatchling with the version from git": {
        "pyproject.toml": backend(
            "hatchling.build", rest='[tool.hatch.build.hooks.vcs]\nversion-file = "v.py"\n'
        )
    },
    "poetry": {"pyproject.toml": backend("poetry.core.masonry.api"), "demo/prog.c": b""},
    "pdm": {"pyproject.toml": backend("pdm.backend")},
    "meson without a language": {
        "pyproject.toml": backend("mesonpy"),
        "meson.build": b"project('demo')\n",
    },
    "a backend of its own, no native file": {"pyproject.toml": backend("backend", rest="")},
}
NATIVE: dict[str, tuple[dict[str, bytes], str, tuple[str, ...]]] = {
    "setup.py with an extension": (
        {"setup.py": EXTENSION, "demo/_speedups.c": b""},
        "setup.py: ext_modules",
        ("C",),
    ),
    "setup.py with cythonize": (
        {
            "setup.py": b"from Cython.Build import cythonize\nfrom setuptools import setup\n"
            b"setup(ext_modules=cythonize('demo/*.pyx'))",
            "demo/core.pyx": b"",
        },
        "setup.py: ext_modules",
        ("Cython",),
    ),
    "setup.py whose extensions come from a variable": (
        {
            "setup.py": b"from setuptools import setup\nfrom build_it import extensions\n"
            b"setup(name='demo', ext_modules=extensions)",
            "src/demo.cpp": b"",
        },
        "setup.py: ext_modules",
        ("C++",),
    ),
    "setup.py with settings spread out": (
        {
            "setup.py": b"from setuptools import Extension, setup\n"
            b"settings = {'ext_modules': [Extension('d', ['d.c'])]}\nsetup(**settings)",
            "d.c": b"",
        },
        "setup.py: Extension",
        ("C",),
    ),
    "setup.py with settings in a dict call": (
        {
            "setup.py": b"from setuptools import Extension, setup\n"
            b"settings = dict(ext_modules=[Extension('d', ['d.c'])])\nsetup(**settings)",
            "d.c": b"",
        },
        "setup.py: ext_modules",
        ("C",),
    ),
    "setup.py that tries a compiler out": (
        {
            "setup.py": b"from distutils.errors import CompileError\n"
            + EXTENSION
            + b"\ntry:\n    probe()\nexcept CompileError:\n    pass\n",
            "d.c": b"",
        },
        "setup.py: ext_modules",
        ("C",),
    ),
    "cffi": (
        {
            "setup.py": b"from setuptools import setup\nsetup(cffi_modules=['build.py:ffi'])",
            "src/x.c": b"",
        },
        "setup.py: cffi_modules",
        ("C",),
    ),
    "setuptools-rust": (
        {
            "setup.py": b"from setuptools import setup\nfrom setuptools_rust import RustExtension\n"
            b"setup(rust_extensions=[RustExtension('demo')])",
            "src/lib.rs": b"",
            "Cargo.toml": b"",
        },
        "setup.py: rust_extensions",
        ("Rust",),
    ),
    "setuptools' own table": (
        {
            "pyproject.toml": b'[[tool.setuptools.ext-modules]]\nname = "d"\nsources = ["d.c"]\n',
            "d.c": b"",
        },
        "pyproject.toml: [tool.setuptools] ext-modules",
        ("C",),
    ),
    "cython in the build requirements": (
        {
            "pyproject.toml": backend("setuptools.build_meta", '"setuptools", "Cython>=3"'),
            "demo/core.pyx": b"",
        },
        "pyproject.toml: build-system.requires cython",
        ("Cython",),
    ),
    "maturin": (
        {"pyproject.toml": backend("maturin"), "Cargo.toml": b"", "src/lib.rs": b""},
        "pyproject.toml: build-backend maturin",
        ("Rust",),
    ),
    "maturin, everything in a crate beside": (
        {"pyproject.toml": backend("maturin"), "crates/core/Cargo.toml": b""},
        "pyproject.toml: build-backend maturin",
        ("Rust",),
    ),
    "scikit-build-core": (
        {"pyproject.toml": backend("scikit_build_core.build"), "CMakeLists.txt": b"", "a.cxx": b""},
        "pyproject.toml: build-backend scikit_build_core.build",
        ("C++",),
    ),
    "meson in Fortran": (
        {
            "pyproject.toml": backend("mesonpy"),
            "meson.build": b"project(\n  'demo',\n  'c', 'fortran',\n)",
            "a.f90": b"",
            "b.c": b"",
        },
        "meson.build: project in c",
        ("C", "Fortran"),
    ),
    "hatchling with a hook and sources": (
        {
            "pyproject.toml": backend(
                "hatchling.build", rest='[tool.hatch.build.hooks.custom]\npath = "build.py"\n'
            ),
            "demo/fast.c": b"",
        },
        "pyproject.toml: [tool.hatch.build.hooks.custom]",
        ("C",),
    ),
    "a library that lies there ready": (
        {"setup.py": SETUP, "demo/lib/libdemo.so.2": b"", "demo/lib/demo.dll": b""},
        "demo/lib/demo.dll",
        (),
    ),
    "only vendored C is compiled": (
        {"setup.py": EXTENSION, "vendor/zlib/adler32.c": b""},
        "setup.py: ext_modules",
        ("C",),
    ),
}
UNSURE: dict[str, tuple[dict[str, bytes], str]] = {
    "an optional extension": (
        {"setup.py": OPTIONAL, "demo/_speedups.c": b""},
        "setup.py: ext_modules",
    ),
    "an extension that is optional unless it is forced": (
        {"setup.py": OPTIONAL.replace(b"=True", b"=not FORCED"), "demo/_speedups.c": b""},
        "setup.py: ext_modules",
    ),
    "the recipe that survives a failure": (
        {"setup.py": RECIPE, "demo/_c.c": b""},
        "setup.py: ext_modules",
    ),
    "C beside a setup.py that does not speak of it": (
        {"setup.py": SETUP, "demo/fast.c": b""},
        "demo/fast.c",
    ),
    "a build script of poetry's": (
        {
            "pyproject.toml": backend(
                "poetry.core.masonry.api", rest='[tool.poetry.build]\nscript = "build.py"\n'
            )
        },
        "pyproject.toml: [tool.poetry] build",
    ),
    "mypyc, if one wants": (
        {
            "pyproject.toml": backend(
                "hatchling.build",
                rest="[tool.hatch.build.targets.wheel.hooks.mypyc]\nenable-by-default = false\n",
            )
        },
        "pyproject.toml: [tool.hatch.build.targets.wheel.hooks.mypyc]",
    ),
    "Python 2": (
        {"setup.py": b"print 'hello'\nsetup(ext_modules=[Extension('d', ['d.c'])])", "d.c": b""},
        "setup.py: ext_modules",
    ),
    "no settings at all": ({"demo.py": b""}, "no build settings to read"),
}


@pytest.mark.parametrize("files", PURE.values(), ids=PURE)
@pytest.mark.parametrize("filename", ["demo-1.0.tar.gz", "demo-1.0.zip"])
def test_a_source_of_python_is_pure(
    tmp_path: Path, files: Mapping[str, bytes], filename: str
) -> None:
    finding = look(tmp_path, files, filename=filename)
    assert (finding.kind, finding.languages) == (SourceKind.PURE, ())
    assert finding.evidence


@pytest.mark.parametrize(("files", "evidence", "languages"), NATIVE.values(), ids=NATIVE)
def test_a_source_that_is_compiled_is_native(
    tmp_path: Path, files: Mapping[str, bytes], evidence: str, languages: tuple[str, ...]
) -> None:
    finding = look(tmp_path, files)
    assert finding.kind is SourceKind.NATIVE
    assert finding.evidence[0] == evidence
    assert finding.languages == languages


@pytest.mark.parametrize(("files", "evidence"), UNSURE.values(), ids=UNSURE)
def test_what_a_name_cannot_tell_is_left_open(
    tmp_path: Path, files: Mapping[str, bytes], evidence: str
) -> None:
    finding = look(tmp_path, files)
    assert finding.kind is SourceKind.UNSURE
    assert finding.evidence[0] == evidence


def test_a_package_called_like_a_folder_aside_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(
        make_sdist("Ex-Amples", "1.0", files={"setup.py": EXTENSION, "ex_amples/a.c": b""})
    )
    finding = inspect_sdist(
        tmp_path / "archive", filename="ex_amples-1.0.tar.gz", version=Version("1.0")
    )
    assert finding.languages == ("C",)


def test_the_nearest_native_sources_are_the_evidence(tmp_path: Path) -> None:
    files = {"setup.py": EXTENSION} | {f"src/a/b/{n}.c": b"" for n in range(9)} | {"top.c": b""}
    finding = look(tmp_path, files)
    assert finding.evidence[:2] == ("setup.py: ext_modules", "top.c")
    assert len(finding.evidence) == 5


def test_a_setup_script_is_read_and_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    script = f"open({str(trap)!r}, 'w').close()\nraise SystemExit(1)\n".encode()
    finding = look(tmp_path, {"setup.py": script})
    assert finding.kind is SourceKind.PURE
    assert not trap.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"not an archive", make_sdist("demo", "1.0")[:40], make_zip({"a": b"b"})],
    ids=["empty", "text", "cut off", "a zip"],
)
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive").write_bytes(content)
    with pytest.raises(InspectionError):
        inspect_sdist(tmp_path / "archive", filename="demo-1.0.tar.gz", version=Version("1.0"))


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist_inspection, "MAX_UNPACKED_BYTES", 10_000)
    (tmp_path / "archive").write_bytes(make_tar_gz({"demo-1.0/zeros": b"\0" * 20_000}))
    with pytest.raises(InspectionError, match="unpacked"):
        inspect_sdist(tmp_path / "archive", filename="demo-1.0.tar.gz", version=Version("1.0"))


def test_a_settings_file_that_is_far_too_long_is_passed_over(tmp_path: Path) -> None:
    long = SETUP + b"# " + b"x" * (1024**2 + 1)
    assert look(tmp_path, {"setup.py": long}).kind is SourceKind.UNSURE


_text = st.text(max_size=200)


@given(pyproject=st.none() | _text, setup_py=st.none() | _text)
def test_no_text_makes_it_fail(
    tmp_path_factory: pytest.TempPathFactory, pyproject: str | None, setup_py: str | None
) -> None:
    files = {
        name: text.encode("utf-8", "replace")
        for name, text in (("pyproject.toml", pyproject), ("setup.py", setup_py))
        if text is not None
    }
    assert look(tmp_path_factory.mktemp("sdist"), files).evidence


@given(
    st.dictionaries(
        st.sampled_from(["tests/a.c", "docs/b.rs", "examples/c/d.cpp", "benchmarks/e.pyx"]),
        st.binary(max_size=5),
    )
)
def test_files_aside_never_change_the_answer(
    tmp_path_factory: pytest.TempPathFactory, extra: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("sdist")
    for files in ({"setup.py": SETUP}, {"setup.py": EXTENSION, "a.c": b""}):
        plain, more = look(folder, files), look(folder, files | extra)
        assert (plain.kind, plain.languages) == (more.kind, more.languages)
