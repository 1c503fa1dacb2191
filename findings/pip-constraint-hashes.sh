#!/bin/sh
# pip 24.3.1 and 26.1.2: hash mode with an unpinned requirement on the command line and a constraint that pins it and
# has the hash. 24.3.1 refuses, because the requirement itself is not pinned; 26.1.2 takes pin and hash from the constraint.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
"$python" -m pip -q --disable-pip-version-check download --no-deps -d "$work/wheels" six==1.17.0
digest=$("$python" -c "import hashlib,sys;print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())" "$work"/wheels/*.whl)
echo "six==1.17.0 --hash=sha256:$digest" >"$work/locked.txt"
wrong=0
expect() { # pip, outcome
    "$python" -m pip -q --disable-pip-version-check install "pip==$1"
    rm -rf "$work/target"
    if "$python" -m pip -q --isolated --disable-pip-version-check install --no-index --no-deps --find-links "$work/wheels" \
        --require-hashes --constraint "$work/locked.txt" --target "$work/target" six >"$work/log" 2>&1
    then outcome=installed; else outcome=refused; fi
    echo "pip $1: $outcome: $(grep -m1 -E 'ERROR|hash' "$work/log" | cut -c1-100)"
    [ "$outcome" = "$2" ] || wrong=1
}
expect 24.3.1 refused
expect 26.1.2 installed
exit $wrong
