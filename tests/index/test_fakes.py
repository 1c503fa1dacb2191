"""The fakes are what they pretend to be."""

import io
import zipfile

import httpx
import pytest
from installer.sources import WheelFile
from packaging.utils import parse_wheel_filename

from fakes.index_server import IndexServer
from fakes.wheels import make_sdist, make_wheel, wheel_filename


@pytest.mark.parametrize("tag", ["py3-none-any", "cp313-cp313-android_24_arm64_v8a"])
def test_wheels_have_a_true_record(tag: str) -> None:
    content = make_wheel("de-mo", "1.0", tag, files={"de_mo/data.txt": b"x"}, padding=100)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.filename = wheel_filename("de-mo", "1.0", tag)
        parse_wheel_filename(archive.filename)
        WheelFile(archive).validate_record()
        assert "Name: de-mo" in archive.read("de_mo-1.0.dist-info/METADATA").decode()


def test_the_same_input_gives_the_same_bytes() -> None:
    assert make_wheel("demo", "1.0") == make_wheel("demo", "1.0")
    assert make_sdist("demo", "1.0") == make_sdist("demo", "1.0")


def test_the_server_speaks_gzip_etag_and_ranges(server: IndexServer) -> None:
    file = server.add("demo", "1.0", make_wheel("demo", "1.0", padding=1000))
    with httpx.Client(trust_env=False) as client:
        page = client.get(server.url + "demo/")
        assert page.headers["content-encoding"] == "gzip"
        again = client.get(server.url + "demo/", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        url = server.root_url + server.file_path("demo", file.filename)
        part = client.get(url, headers={"Range": "bytes=-10"})
        assert (part.status_code, part.content) == (206, file.content[-10:])
        total = len(file.content)
        assert part.headers["content-range"] == f"bytes {total - 10}-{total - 1}/{total}"
        assert client.get(f"{url}.metadata").content == file.metadata
        assert client.head(server.url).status_code == 200
