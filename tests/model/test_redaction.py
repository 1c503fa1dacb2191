import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.model.redaction import redacted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://me:pw@h.example/x", "https://****@h.example/x"),
        ("https://TOKEN@h.example/x", "https://****@h.example/x"),
        ("https://me:p@w@h.example/x", "https://****@h.example/x"),
        ("https://me:p/w@h.example/x", "https://****@h.example/x"),
        ("git+https://me:pw@h.example/r@v1", "git+https://****@h.example/r@v1"),
        ("git+ssh://git@h.example/r", "git+ssh://git@h.example/r"),
        ("ssh://git:pw@h.example/r", "ssh://****@h.example/r"),
        ("https://h.example:8080/a@b", "https://h.example:8080/a@b"),
        ("https://h.example/r.git@main", "https://h.example/r.git@main"),
        (
            "https://h.example/?a=1&access_token=abc&b=2",
            "https://h.example/?a=1&access_token=****&b=2",
        ),
        ("https://h.example/?X-Amz-Signature=abc", "https://h.example/?X-Amz-Signature=****"),
        ("https://h.example/x.whl#sha256=abc", "https://h.example/x.whl#sha256=abc"),
        ("two https://a:b@c/ and 'http://d:e@f'", "two https://****@c/ and 'http://****@f'"),
        ("no address: me@h.example", "no address: me@h.example"),
        ("", ""),
    ],
)
def test_credentials_are_masked_and_nothing_else(text: str, expected: str) -> None:
    assert redacted(text) == expected


secrets = st.text(st.characters(categories=["L", "N"]), min_size=1).map(lambda text: f"S3{text}S3")


@given(secrets, st.text(max_size=10), st.text(max_size=10))
def test_a_password_never_shows_whatever_is_around_it(secret: str, before: str, after: str) -> None:
    text = f"{before} https://me:{secret}@h.example/?token={secret} {after}"
    if secret not in before + after:
        assert secret not in redacted(text)


@given(st.text() | st.from_regex(r"https?://[^ ]*@[^ ]*", fullmatch=True))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)
