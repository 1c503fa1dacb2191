#!/bin/sh
# polars-runtime-32 0.0.0: a placeholder release with a `none-any` wheel. Every other release has platform wheels only, so
# on a platform without one, a resolver that may choose any version resolves to 0.0.0, and nothing can be imported.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
"$python" -m pip -q --disable-pip-version-check install pip==26.1.2
"$python" -m pip -q --disable-pip-version-check download --no-deps --only-binary :all: --platform android_24_arm64_v8a \
    --python-version 313 --implementation cp --abi cp313 --abi none -d "$work/wheels" polars-runtime-32
"$python" - "$work"/wheels/*.whl <<'EOF'
import sys, zipfile
path = sys.argv[1]
names = [n for n in zipfile.ZipFile(path).namelist() if ".dist-info/" not in n]
print("chosen for a phone:", path.rsplit("/", 1)[1], "files besides dist-info:", names)
raise SystemExit(0 if "-0.0.0-" in path else 1)
EOF
