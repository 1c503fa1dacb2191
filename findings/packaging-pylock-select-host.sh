#!/bin/sh
# packaging 26.3: `Pylock.select(environment=…)` with an incomplete environment takes the missing marker keys from the
# machine that runs it. A lock for Android, selected with its Python and `platform_system`, drops or keeps packages
# marked by `sys_platform` or `platform_machine` according to the build machine, though the environment was given.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/python" -m pip -q --disable-pip-version-check install packaging==26.3
"$work/env/bin/python" - <<'EOF'
import sys

from packaging.pylock import Pylock
from packaging.tags import Tag

PHONE = {"platform_system": "Android", "python_version": "3.13", "python_full_version": "3.13.5"}
HASHES = {"sha256": "0" * 64}


def package(name, marker):
    wheel = {"url": f"https://example.org/{name.replace(chr(45), chr(95))}-1.0-py3-none-any.whl", "hashes": HASHES}
    return {"name": name, "version": "1.0", "marker": marker, "wheels": [wheel]}


lock = Pylock.from_dict(
    {
        "lock-version": "1.0",
        "created-by": "finding",
        "packages": [
            package("of-this-machine", f"sys_platform == '{sys.platform}'"),
            package("of-the-phone", "sys_platform == 'android'"),
        ],
    }
)
chosen = lock.select(environment=PHONE, tags=[Tag("py3", "none", "any")])
names = [package.name for package, _ in chosen]
print("selected for a phone by Python and platform_system:", names)
raise SystemExit(0 if names == ["of-this-machine"] else 1)
EOF
