"""Which targets a package does not serve: python examples/why_not.py numpy 'pillow>=12'."""

import sys

from flet_lock import api


def main(names: list[str]) -> None:
    """Prints each target that the newest release of a package does not serve."""
    for package in api.wheels(names).packages:
        for release in package.releases[:1]:
            for offer in release.offers:
                if offer.artifact is None:
                    reasons = sorted({type(each).__name__ for each in offer.rejections})
                    print(package.package, release.version, offer.target, ", ".join(reasons))


if __name__ == "__main__":
    main(sys.argv[1:])
