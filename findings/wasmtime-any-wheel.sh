#!/bin/sh
# wasmtime 50.0.1: beside wheels with the native library (`py3-none-<platform>`, Android among them) stands a `none-any`
# wheel whose only library is a Windows DLL. The Android wheels are tagged android_26, so pip gives a phone of API
# level 24 the `none-any` one: it installs, and has no library that a phone could load.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
"$python" -m pip -q --disable-pip-version-check install pip==26.1.2
wrong=0
expect() { # platform tag, end of the file name, ending of the library inside
    rm -rf "$work/wheels"
    "$python" -m pip -q --disable-pip-version-check download --no-deps --only-binary :all: --platform "$1" --python-version 313 \
        --implementation cp --abi cp313 --abi none -d "$work/wheels" wasmtime==50.0.1
    "$python" - "$work"/wheels/*.whl "$1" "$2" "$3" <<'EOF' || wrong=1
import sys, zipfile
path, platform, end, expected = sys.argv[1:]
native = [name for name in zipfile.ZipFile(path).namelist() if name.endswith((".so", ".dylib", ".dll"))]
print(f"{platform}: {path.rsplit('/', 1)[1]}, native libraries inside: {native}")
raise SystemExit(0 if path.endswith(end) and all(name.endswith(expected) for name in native) else 1)
EOF
}
expect android_24_arm64_v8a none-any.whl .dll
expect android_26_arm64_v8a android_26_arm64_v8a.whl .so
exit $wrong
