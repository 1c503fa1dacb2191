import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from fakes.repositories import package
from fakes.wheels import metadata_text
from flet_lock.index.metadata.core_metadata import (
    MetadataError,
    _read_any,
    _read_plain,
    check_metadata,
    parse_core_metadata,
    read_fields,
)
from flet_lock.model.answer.rejection import MalformedMetadata, MetadataDisagrees
from flet_lock.model.index.artifact import Sdist, Wheel
from flet_lock.model.index.metadata import CoreMetadata


def wheel(name: str = "demo", version: str = "1.0") -> Wheel:
    return Wheel(
        filename=f"{name}-{version}-py3-none-any.whl",
        package=package(name),
        version=Version(version),
        url="https://x.example/w.whl",
        index="one",
    )


def test_the_deciding_headers_are_read_and_the_description_is_not() -> None:
    content = metadata_text(
        "Demo",
        "1.0",
        requires=['b>=1; extra == "Fast_X"', "a (==2.0)"],
        requires_python=">=3.9",
        extras=["Fast_X"],
        description="Requires-Dist: not-a-requirement\n",
    )
    metadata = parse_core_metadata(read_fields(content))
    assert metadata.name == "demo"
    assert metadata.version == Version("1.0")
    # Old spelling with parentheses, as conda-like recipes write it.
    assert [str(r) for r in metadata.requires_dist] == ['b>=1; extra == "fast-x"', "a==2.0"]
    assert str(metadata.requires_python) == ">=3.9"
    assert metadata.provides_extra == {"fast-x"}


def test_windows_line_ends_end_the_headers_too() -> None:
    content = b"Metadata-Version: 2.1\r\nName: demo\r\nVersion: 1.0\r\n\r\nRequires-Dist: x\r\n"
    fields = read_fields(content)
    assert (fields.name, fields.version, fields.requires_dist) == ("demo", "1.0", [])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"Version: 1.0\n", "Name"),
        (b"Name: demo\n", "Version"),
        (b"", "Name"),
        (metadata_text("demo", "one"), "Version: one"),
        (metadata_text("demo", "1.0", requires=["numpy (>=>=1)"]), "Requires-Dist: numpy (>=>=1)"),
        (metadata_text("demo", "1.0", requires=['x>=>=1; extra == "a"']), "Requires-Dist: x>=>=1"),
        (metadata_text("demo", "1.0", requires_python=">=3.x"), "Requires-Python: >=3.x"),
    ],
)
def test_malformed_metadata_names_the_line(content: bytes, line: str) -> None:
    with pytest.raises(MetadataError) as caught:
        parse_core_metadata(read_fields(content))
    assert line in str(caught.value)
    verdict = check_metadata(wheel(), read_fields(content))
    assert isinstance(verdict, MalformedMetadata)
    assert verdict.filename == "demo-1.0-py3-none-any.whl"


def test_another_name_or_version_than_the_file_name_disagrees() -> None:
    name = check_metadata(wheel(), read_fields(metadata_text("other", "1.0")))
    assert isinstance(name, MetadataDisagrees)
    assert (name.field, name.expected, name.found) == ("Name", "demo", "other")
    version = check_metadata(wheel(), read_fields(metadata_text("demo", "2.0")))
    assert isinstance(version, MetadataDisagrees)
    assert (version.field, version.expected, version.found) == ("Version", "1.0", "2.0")


def test_another_spelling_of_name_and_version_agrees() -> None:
    verdict = check_metadata(wheel("de-mo", "8.11"), read_fields(metadata_text("De.Mo", "8.11.0")))
    assert isinstance(verdict, CoreMetadata)
    assert verdict.version == Version("8.11")


def test_only_a_source_may_gain_a_local_version() -> None:
    fields = read_fields(metadata_text("demo", "1.0+g12"))
    sdist = Sdist(
        filename="demo-1.0.tar.gz",
        package=package("demo"),
        version=Version("1.0"),
        url="https://x.example/s.tar.gz",
        index="one",
    )
    assert isinstance(check_metadata(sdist, fields), CoreMetadata)
    assert isinstance(check_metadata(wheel(), fields), MetadataDisagrees)


NAMES = st.sampled_from(
    ["Name", "VERSION", "Requires-Dist", "Provides-Extra", "Requires-Python", "Dynamic"]
) | st.sampled_from(
    ["Metadata-Version", "Author", "License", "Description", "", "a b", "From x", "Kl\xe4ger"]
)
ODD = [" ", "\t", "\r", "\n", "\x0b", "\x0c", "\x1c", "\x85", "\xe4", "\u2028"]
VALUES = st.text(st.sampled_from([*"ab:;=>", *ODD]), max_size=8)
LINES = st.one_of(
    st.builds(lambda name, value: f"{name}: {value}", NAMES, VALUES),
    st.builds(lambda name, value: f"{name}:{value}", NAMES, VALUES),
    st.builds(lambda value: f"        {value}", VALUES),
    VALUES,
)
HEADERS = st.builds(
    lambda lines, end: end.join(lines).encode(),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)


@given(content=st.one_of(HEADERS, st.binary(max_size=30)))
def test_plain_headers_are_read_as_packaging_reads_them(content: bytes) -> None:
    headers = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    plain = _read_plain(headers)
    assert plain is None or plain == _read_any(headers)


def test_ordinary_headers_are_plain(recorded_metadata: list[bytes]) -> None:
    read = [_read_plain(content.rstrip() + b"\n") for content in recorded_metadata]
    assert len(read) > 1000
    assert None not in read
    assert read[::50] == [_read_any(content) for content in recorded_metadata[::50]]
