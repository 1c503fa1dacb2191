#!/bin/sh
# uv 0.9.7: `--python-platform` has values for 64-bit Android on ARM and x86, and none for 32-bit ARM (armeabi-v7a), which
# `flet build apk` ships by default: no uv command can install or check that third of an app's wheels.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/python" -m pip -q --disable-pip-version-check install uv==0.9.7
"$work/env/bin/uv" pip compile --help | tr ',[] ' '\n' | grep -E 'android|ios' | sort -u >"$work/values"
echo "values for phones:"; cat "$work/values"
grep -q aarch64-linux-android "$work/values" && ! grep -q -E 'armv7|arm-linux|armeabi' "$work/values"
