#!/bin/sh
# pip 24.1.2, 24.3.1, 26.1.2: a *local* HTML page given as --find-links is read like an index page. The fragment
# `#sha256=` of its links is enforced, without --require-hashes and without any hash in the requirements; the same wheel
# found in a plain folder is installed whatever its bytes are.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
"$python" -m pip -q --disable-pip-version-check download --no-deps -d "$work/wheels" six==1.17.0
wheel=$(basename "$work"/wheels/*.whl)
link() { # digest
    printf '<!DOCTYPE html><a href="wheels/%s#sha256=%s">%s</a>\n' "$wheel" "$1" "$wheel" >"$work/page.html"
}
true_digest=$("$python" -c "import hashlib,sys;print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())" "$work/wheels/$wheel")
other_digest=$(printf '%064d' 0)
try() {
    rm -rf "$work/target"
    "$python" -m pip -q --isolated --disable-pip-version-check install --no-index --no-deps --no-cache-dir --find-links "$1" \
        --target "$work/target" six >"$work/log" 2>&1 && echo installed || echo refused
}
wrong=0
for version in 24.1.2 24.3.1 26.1.2; do
    "$python" -m pip -q --disable-pip-version-check install "pip==$version"
    link "$true_digest"; same=$(try "$work/page.html")
    link "$other_digest"; other=$(try "$work/page.html")
    folder=$(try "$work/wheels")
    echo "pip $version: page with the right digest: $same; with another: $other; plain folder: $folder"
    [ "$same $other $folder" = "installed refused installed" ] || wrong=1
done
exit $wrong
