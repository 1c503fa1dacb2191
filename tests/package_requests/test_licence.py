"""The licence in METADATA."""

import pytest

from fakes.wheels import metadata_text
from flet_lock.package_requests.licence import read_licence


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["License-Expression: MIT OR Apache-2.0", "License: see LICENSE"], "MIT OR Apache-2.0"),
        (
            ["License: MIT", "Classifier: License :: OSI Approved :: BSD License"],
            "BSD License",
        ),
        (
            [
                "Classifier: License :: OSI Approved",
                "Classifier: License :: OSI Approved :: MIT License",
                "Classifier: License :: OSI Approved :: Apache Software License",
            ],
            "MIT License, Apache Software License",
        ),
        (["Classifier: License :: Public Domain"], "Public Domain"),
        (["License: LGPL with exceptions"], "LGPL with exceptions"),
        (["License: UNKNOWN"], None),
        (["License: MIT License\n        Copyright (c) 2020\n        Permission is"], None),
        (["Classifier: License :: OSI Approved"], None),
        ([], None),
    ],
)
def test_the_most_exact_word_counts(headers: list[str], expected: str | None) -> None:
    text = metadata_text("speedy", "1.0", headers=headers, description="License: of the readme")
    assert read_licence(text) == expected
