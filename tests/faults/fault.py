"""What a fault is, and how rows of the catalogue become faults."""

import itertools
import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).with_name("catalogue")
FAMILIES = tuple(sorted(path.stem for path in CATALOGUE.glob("*.toml")))
CODES = (0, 1, 2)
"""Exit codes that a run under a fault may have, where its row says nothing else."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong while one command runs."""

    family: str
    number: int
    """In the order of the family's file."""
    command: str
    """Words, split at blanks."""
    facts: Mapping[str, Any]
    """One choice of each list of the row; what they mean is told in `scene.py`."""

    @property
    def name(self) -> str:
        """For a table and for `--only`."""
        return f"{self.family}-{self.number}"

    @property
    def codes(self) -> tuple[int, ...]:
        """Exit codes that are right."""
        return tuple(self.facts.get("codes", CODES))


def read_faults(family: str) -> Iterator[Fault]:
    """The faults of a family: each row is the product of its lists.

    `choices` of a row names the keys whose value is a list to choose from; `values` of the file are
    lists that rows share by name (`put = "@urls"`).
    """
    document = tomllib.loads((CATALOGUE / f"{family}.toml").read_text(encoding="utf-8"))
    shared = document.get("values", {})
    number = 0
    for row in document["fault"]:
        lists = {
            key: [_text(one) for one in (shared[value[1:]] if _is_shared(value) else value)]
            for key, value in row.items()
            if key != "codes" and (_is_shared(value) or isinstance(value, list))
        }
        fixed = {key: value for key, value in row.items() if key not in lists}
        for chosen in itertools.product(*lists.values()):
            facts = {**fixed, **dict(zip(lists, chosen, strict=True))}
            command = str(facts.pop("command"))
            yield Fault(family=family, number=number, command=command, facts=facts)
            number += 1


def sample(count: int, seed: int) -> list[Fault]:
    """Some faults, the same for the same seed; every family has its share."""
    chooser = random.Random(seed)
    share = max(1, count // len(FAMILIES))
    found: list[Fault] = []
    for family in FAMILIES:
        faults = list(read_faults(family))
        found += chooser.sample(faults, min(share, len(faults)))
    return found


def _is_shared(value: object) -> bool:
    return isinstance(value, str) and value.startswith("@")


def _text(value: object) -> object:
    """A long text may be written as `{ repeat = "(", times = 5000 }`, with `before` and `after`."""
    if isinstance(value, dict) and "repeat" in value:
        middle = str(value["repeat"]) * int(value["times"])
        return f"{value.get('before', '')}{middle}{value.get('after', '')}"
    return value
