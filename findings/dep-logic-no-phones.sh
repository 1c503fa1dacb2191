#!/bin/sh
# dep-logic 0.7.2, the library behind PDM's lock targets: its platform parser knows the tags of desktops and refuses those
# of PEP 738 (Android) and PEP 730 (iOS), so no lock target for a phone can be written down.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/python" -m pip -q --disable-pip-version-check install dep-logic==0.7.2
"$work/env/bin/python" - <<'EOF'
from dep_logic.tags import Platform
from dep_logic.tags.platform import PlatformError

outcomes = {}
for tag in ("manylinux_2_17_aarch64", "macos_14_0_arm64", "android_24_arm64_v8a", "ios_13_0_arm64_iphoneos"):
    try:
        outcomes[tag] = f"known as {Platform.parse(tag)}"
    except PlatformError as error:
        outcomes[tag] = f"refused: {error}"
    print(f"{tag}: {outcomes[tag]}")
refused = [tag for tag, outcome in outcomes.items() if outcome.startswith("refused")]
raise SystemExit(0 if refused == ["android_24_arm64_v8a", "ios_13_0_arm64_iphoneos"] else 1)
EOF
