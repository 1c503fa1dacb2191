"""Removes credentials from text before anybody sees it: messages, logs, locks, reports.

Each pattern takes time in proportion to the text, whatever stands in it.
"""

import re
from typing import NewType

from flet_lock.model.lazy_regex import lazy_regex

MASK = "****"
"""What stands where a credential stood."""

# RFC 3986, 3.2: the userinfo ends at the last "@" before the path. A user name alone is kept for
# ssh ("git@"): it is part of the address there, while `https://TOKEN@host` is a secret.
_USERINFO = lazy_regex(r"(?P<scheme>(?:ssh)?)://(?P<userinfo>[^\s/?#\"'<>]*)@", re.IGNORECASE)
# A password with a raw "/" in it. A port is not a password: `https://host:8080/a@b`.
_RAW_PASSWORD = lazy_regex(r"://[^\s/?#:\[\"'<>]+:(?!\d{1,5}(?:[/?#]|$))")
_ENDS_URL = lazy_regex(r"[\s\"'<>]")
_PARAMETER = lazy_regex(r"(?P<name>[?&;#][\w.~%-]+=)[^&;\s#\"'<>]+")
_SECRET = lazy_regex(r"token|key|secret|passw|pwd|auth|sig|credential|session", re.IGNORECASE)


PublicUrl = NewType("PublicUrl", str)
"""A URL fit for people's eyes: credentials masked, no control characters. Made by `public_url`."""


def redacted(text: str) -> str:
    """The text with every URL's user name, password and token-like parameters masked.

    Works on URLs anywhere in a text; text without URLs comes back as it is. Idempotent.
    """
    if "://" in text and "@" in text:
        text = _mask_raw_passwords(_USERINFO.sub(_mask_userinfo, text))
    if "=" in text:
        text = _PARAMETER.sub(_mask_parameter, text)
    return text


def public_url(url: str) -> PublicUrl:
    """A URL, or what was given as one, fit for people's eyes."""
    text = url if url.isprintable() else "".join(each for each in url if each.isprintable())
    return PublicUrl(redacted(text))


def _mask_userinfo(match: re.Match[str]) -> str:
    scheme, userinfo = match["scheme"], match["userinfo"]
    if scheme and ":" not in userinfo:
        return match[0]
    return f"{scheme}://{MASK}@"


def _mask_raw_passwords(text: str) -> str:
    """Masks from `://` to the next `@` where a user name and a colon stand behind the `://`."""
    *before, rest = text.split("@")
    for number, part in enumerate(before):
        start = max((end.end() for end in _ENDS_URL.finditer(part)), default=0)
        found = _RAW_PASSWORD.search(part, start)
        if found is not None:
            before[number] = f"{part[: found.start()]}://{MASK}"
    return "@".join([*before, rest])


def _mask_parameter(match: re.Match[str]) -> str:
    return f"{match['name']}{MASK}" if _SECRET.search(match["name"]) else match[0]
