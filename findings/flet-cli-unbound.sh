#!/bin/sh
# flet-cli 0.80.5 requires `flet` without a version, where releases before and after pin it exactly. So
# `pip install "flet[cli]==0.80.5"` brings the command line of 0.81, another build than the one that was named.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
for version in 0.28.3 0.80.5 0.84.0; do
    "$python" -m pip -q --disable-pip-version-check install --no-deps "flet-cli==$version"
    "$python" -c 'from importlib.metadata import requires, version
print("flet-cli", version("flet-cli"), "requires", [r for r in requires("flet-cli") if r.split()[0].split("=")[0] == "flet"])'
done
"$python" -m pip -q --disable-pip-version-check install --dry-run --ignore-installed --report "$work/report.json" "flet[cli]==0.80.5"
"$python" - "$work/report.json" <<'EOF'
import json, sys
chosen = {item["metadata"]["name"]: item["metadata"]["version"] for item in json.load(open(sys.argv[1]))["install"]}
print("flet[cli]==0.80.5 resolves to flet", chosen["flet"], "and flet-cli", chosen["flet-cli"])
raise SystemExit(0 if chosen["flet"] == "0.80.5" and chosen["flet-cli"] != "0.80.5" else 1)
EOF
