"""Removes credentials from text before anybody sees it: messages, logs, locks, reports."""

import re

from flet_lock.model.lazy_regex import lazy_regex

MASK = "****"
"""What stands where a credential stood."""

# RFC 3986, 3.2: the userinfo ends at the last "@" before the path. A user name alone is kept for
# ssh ("git@"): it is part of the address there, while `https://TOKEN@host` is a secret.
# A word is looked at from its start alone: else the time goes with the square of its length.
_USERINFO = lazy_regex(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z0-9+.-]++)://(?P<userinfo>[^\s/?#\"'<>]*)@"
)
# A password with a raw "/" in it. A port is not a password: `https://host:8080/a@b`.
_RAW_PASSWORD = lazy_regex(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z0-9+.-]++)://[^\s/?#:@\[\"'<>]+:(?!\d{1,5}(?:[/?#]|$))[^\s@\"'<>]*@"
)
_PARAMETER = lazy_regex(r"(?P<name>[?&;#](?P<key>[\w.~%-]++)=)[^&;\s#\"'<>]+")
_SECRET = lazy_regex(
    "token|key|secret|passw|pwd|auth|sig|credential|session",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """The text with every URL's user name, password and token-like parameters masked.

    Works on URLs anywhere in a text; text without URLs comes back as it is. Idempotent.
    """
    if "://" in text:
        text = _USERINFO.sub(_mask_userinfo, text)
        text = _RAW_PASSWORD.sub(rf"\g<scheme>://{MASK}@", text)
    if "=" in text:
        text = _PARAMETER.sub(_mask_secret, text)
    return text


def _mask_userinfo(match: re.Match[str]) -> str:
    scheme, userinfo = match["scheme"], match["userinfo"]
    if scheme.lower().endswith("ssh") and ":" not in userinfo:
        return match[0]
    return f"{scheme}://{MASK}@"


def _mask_secret(match: re.Match[str]) -> str:
    return match[0] if _SECRET.search(match["key"]) is None else f"{match['name']}{MASK}"
