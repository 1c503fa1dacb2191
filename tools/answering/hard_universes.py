"""Generated indexes of the shapes that make a search walk for long.

What real inputs without a quick answer have in common: hundreds of releases in the middle that
ask, often by an extra, for what no index has for phones, below a parent with as many releases of
its own, beside packages whose releases move in step. A seed decides the numbers of each shape.
"""

from collections.abc import Callable, Mapping
from random import Random

Document = dict[str, object]
"""The tables of a scenario file: `tests/scenarios/README.md`."""
Releases = dict[str, dict[str, object]]
Universe = tuple[list[str], dict[str, Releases]]
"""What the app asks for, and the releases of each package."""

_NOWHERE: dict[str, object] = {"wheels": ["desktop"]}
"""A release that no phone can use."""


def by_an_extra(random: Random) -> Universe:
    """Each release of a server asks, by an extra, for a parser that phones do not have."""
    tops, middles = random.randint(30, 90), random.randint(200, 400)
    return ["flet", "front"], {
        "front": {
            f"1.{n}": {"requires": [f"server[standard]>=0.{random.randint(0, n)}", "flet"]}
            for n in range(tops)
        },
        "server": {
            f"0.{n}": {
                "requires": ["click", "parser; extra == 'standard'", "loop>=1; extra == 'standard'"]
            }
            for n in range(middles)
        },
        "parser": {f"{n}.0": _NOWHERE for n in range(1, 9)},
        "loop": {f"{n}.0": _NOWHERE for n in range(1, 30)},
        "click": _pure(20),
    }


def in_step(random: Random) -> Universe:
    """Stubs and a core move in step below an interface; the transport that all need is nowhere."""
    middles = random.randint(150, 300)
    shift = random.randint(1, 9)
    return ["flet", "cloud"], {
        "cloud": {f"0.{n}": {"requires": [f"interface>=1.{n}", "messages"]} for n in range(40)},
        "interface": {
            f"1.{n}": {"requires": [f"core[rpc]>=1.{n},<3", f"messages>={n // 60}.0"]}
            for n in range(60)
        },
        "core": {
            f"1.{n}": {
                "requires": [
                    f"protos>=1.{n // 3}",
                    "transport>=1; extra == 'rpc'",
                    f"stubs>=1.{max(0, n - shift)}; extra == 'rpc'",
                ]
            }
            for n in range(middles)
        },
        "stubs": {
            f"1.{n}": {"requires": [f"transport>=1.{n}", f"messages>={n // 60}.0", "protos"]}
            for n in range(middles)
        },
        "protos": {
            f"1.{n}": {"requires": [f"messages>={n // 25}.0,<{n // 25 + 3}.0"]}
            for n in range(middles // 3 + 1)
        },
        "messages": {f"{n}.0": {} for n in range(12)},
        "transport": {f"1.{n}": _NOWHERE for n in range(middles)},
    }


def many_below_one(random: Random) -> Universe:
    """A framework asks for dozens of packages; three are nowhere, and old releases need others."""
    count, releases = 30, random.randint(60, 120)
    missing = sorted(random.sample(range(count), 3))
    packages: dict[str, Releases] = {
        "framework": {
            f"1.{n}": {
                "requires": [f"part{p}>=1.{random.randint(0, n)}" for p in range(count)]
                + [f"base>=1.{n // 2},<1.{n // 2 + 8}"]
            }
            for n in range(releases)
        },
        "base": _pure(releases),
    }
    for part in range(count):
        packages[f"part{part}"] = {
            f"1.{n}": {
                "requires": [f"base>=1.{random.randint(0, max(1, n // 2))}"]
                + ([f"native{part}>=1.{n // 9}"] if part in missing else [])
            }
            for n in range(releases)
        }
        if part in missing:
            packages[f"native{part}"] = {f"1.{n}": _NOWHERE for n in range(20)}
    return ["flet", "framework"], packages


def narrow_windows(random: Random) -> Universe:
    """Two families of hundreds over one core, whose windows never meet, and something missing."""
    releases = random.randint(200, 350)
    return ["flet", "first", f"second<1.{releases // 2}", "extra-part"], {
        "first": {
            f"1.{n}": {"requires": [f"shared>=1.{n + releases},<1.{n + releases + 1}"]}
            for n in range(releases)
        },
        "second": {f"1.{n}": {"requires": [f"shared>=1.{n},<1.{n + 1}"]} for n in range(releases)},
        "shared": _pure(2 * releases),
        "extra-part": {f"1.{n}": {"requires": ["gone>=1"]} for n in range(60)},
        "gone": {"1.0": _NOWHERE},
    }


def deep(random: Random) -> Universe:
    """What is missing lies ten links down, and every link has dozens of releases with bounds."""
    depth, releases = random.randint(8, 14), random.randint(30, 60)
    packages: dict[str, Releases] = {
        f"link{level}": {
            f"1.{n}": {
                "requires": [
                    f"link{level + 1}[all]>=1.{max(0, n - random.randint(0, 9))}",
                    f"side>=1.{random.randint(0, n)}",
                    "helper; extra == 'all'",
                ]
            }
            for n in range(releases)
        }
        for level in range(depth)
    }
    packages[f"link{depth}"] = {
        f"1.{n}": {"requires": ["bottom; extra == 'all'"]} for n in range(releases)
    }
    packages |= {"side": _pure(releases), "helper": _pure(5), "bottom": {"1.0": _NOWHERE}}
    return ["flet", "link0"], packages


SHAPES: Mapping[str, Callable[[Random], Universe]] = {
    each.__name__.replace("_", "-"): each
    for each in (by_an_extra, in_step, many_below_one, narrow_windows, deep)
}


def hard_universe(shape: str, seed: int) -> Document:
    """A scenario of a shape, without an expectation."""
    requires, packages = SHAPES[shape](Random(f"{shape} {seed}"))
    return {
        "description": f"{shape}, seed {seed}",
        "project": {"requires": requires},
        "packages": {"flet": {"1.0.5": {}}, **packages},
        # Whatever it is, it is an answer; the checks of a scenario want to know of one.
        "expected": {"pins": {}},
    }


def _pure(releases: int) -> Releases:
    return {f"1.{n}": {} for n in range(releases)}
