"""What strangers wrote, before it stands in a draft."""

import pytest

from flet_lock.package_requests.public_text import public_text


@pytest.mark.parametrize(
    "text",
    [
        "MIT",
        "Apache-2.0 OR MIT",
        "GNU Library or Lesser General Public License (LGPL)",
        "GPL/LGPL, see 'COPYING'",
        "setuptools.build_meta:__legacy__",
        "psycopg2_binary-2.9.13.tar.gz",
    ],
)
def test_short_plain_text_gets_through(text: str) -> None:
    assert public_text(f"  {text}\n") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "see https://licences.example.org/acme?token=hunter2",
        "deploy:hunter2@git.acme.example",
        "/home/jane/acme/LICENSE",
        "see (/home/jane/LICENSE)",
        "file /etc/passwd",
        "C:\\Users\\jane\\LICENSE",
        "~/LICENSE",
        "ask @octocat",
        "<img src=x>",
        "`code`",
        "a | b",
        "token=hunter2",
        "MIT " * 30,
    ],
)
def test_everything_else_is_left_out(text: str) -> None:
    assert public_text(text) is None
