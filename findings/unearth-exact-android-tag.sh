#!/bin/sh
# unearth 0.19.0: a `TargetPython` for the platform android_24 accepts exactly that level. PEP 738 says that an app for
# level 24 can take wheels of 24 or lower, and packaging's `android_platforms` lists them.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/python" -m pip -q --disable-pip-version-check install unearth==0.19.0 packaging==26.3
"$work/env/bin/python" - <<'EOF'
from packaging.tags import android_platforms
from unearth import TargetPython

target = TargetPython(py_ver=(3, 13), impl="cp", platforms=["android_24_arm64_v8a"])
accepted = {tag.platform for tag in target.supported_tags() if "android" in tag.platform}
print("unearth accepts:", sorted(accepted))
print("packaging lists:", list(android_platforms(24, "arm64_v8a")))
lower = set(android_platforms(24, "arm64_v8a")) - accepted
raise SystemExit(0 if accepted == {"android_24_arm64_v8a"} and "android_21_arm64_v8a" in lower else 1)
EOF
