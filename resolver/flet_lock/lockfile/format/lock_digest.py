"""Digests that tell whether two inputs are the same, and whether a lock was edited."""

import hashlib
import re
from typing import Final

from flet_lock.model.app.inputs import LockInputs

INPUTS_VERSION: Final = 1
"""Goes up when the meaning of a field of `LockInputs` changes, so that old digests differ."""

_BODY_DIGEST: Final = re.compile(r'^body-digest = "(sha256:[0-9a-f]{64})"\n', re.MULTILINE)


def digest_inputs(inputs: LockInputs) -> str:
    """`sha256:…` over the canonical JSON of all fields, by name."""
    import json  # noqa: PLC0415 - a lock that is only read needs none

    document = {name: getattr(inputs, name) for name in inputs.__struct_fields__}
    text = json.dumps(
        {"version": INPUTS_VERSION, "inputs": document},
        ensure_ascii=True,
        separators=(",", ":"),
        sort_keys=True,
    )
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def digest_body(text: str) -> str:
    """`sha256:…` over a lock's whole text without its own `body-digest` line.

    Line ends do not count: Git may have written CRLF into the work tree.
    """
    body = _BODY_DIGEST.sub("", text.replace("\r\n", "\n"))
    # surrogatepass: never fails on text that came from anywhere.
    return f"sha256:{hashlib.sha256(body.encode('utf-8', 'surrogatepass')).hexdigest()}"


def body_is_intact(text: str) -> bool:
    """Whether a lock's text is as it was written, by its own `body-digest`."""
    found = _BODY_DIGEST.findall(text.replace("\r\n", "\n"))
    return len(found) == 1 and found[0] == digest_body(text)
