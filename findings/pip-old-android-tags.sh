#!/bin/sh
# pip 24.1.2, 24.3.1, 26.1.2: which tags are compatible with a phone's platform tag, by `pip debug`.
# Android: the two older pips accept exactly the level that is named, so a wheel tagged android_21 is not found for
# android_24; 26.1.2 accepts every lower level, as PEP 738 says. iOS: 24.3.1 already accepts lower versions, 24.1.2 does not.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
count() { # platform tag, pattern of lower tags
    "$python" -m pip --disable-pip-version-check debug --verbose --platform "$1" --python-version 313 \
        --implementation cp --abi cp313 2>/dev/null | grep -c -E "$2" || true
}
wrong=0
expect() { # pip, lower Android tags or none, lower iOS tags or none
    "$python" -m pip -q --disable-pip-version-check install "pip==$1"
    android=$(count android_24_arm64_v8a 'android_2[0-3]_'); ios=$(count ios_13_0_arm64_iphoneos 'ios_12_')
    echo "pip $1: $android tags of lower Android levels, $ios of lower iOS versions"
    for pair in "$2:$android" "$3:$ios"; do
        case "$pair" in none:0 | some:[1-9]*) ;; *) wrong=1 ;; esac
    done
}
expect 24.1.2 none none
expect 24.3.1 none some
expect 26.1.2 some some
exit $wrong
