"""Stands in for `flutter` in tests: knows its version, and builds an empty file where flet looks.

Runs as a script, and imports nothing of ours.
"""

import os
import sys
from pathlib import Path

OUTPUTS = {
    "apk": "build/app/outputs/flutter-apk/app-release.apk",
    "appbundle": "build/app/outputs/bundle/release/app-release.aab",
    "ipa": "build/ios/archive/Runner.xcarchive",
    "ios": "build/ios/iphonesimulator/Runner.app",
}


def main() -> None:
    """Whatever `flutter` is asked."""
    words = sys.argv[1:]
    if words[:1] == ["--version"]:
        sys.stdout.write(f"Flutter {os.environ['STANDIN_FLUTTER_VERSION']} - channel stable\n")
    elif words[:1] == ["build"]:
        output = Path(OUTPUTS[words[1]])
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(b"")
    elif words[:1] not in (["config"], ["doctor"]):
        sys.exit(f"stand-in: unknown command {words}")


if __name__ == "__main__":
    main()
