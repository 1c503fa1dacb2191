#!/bin/sh
# flet-cli 0.28.3 and 0.85.3: what becomes of Poetry's constraints. Up to 0.84 the tilde loses the first number
# (`~1.2.3` becomes `~=.2.3`) and `*` becomes `==*`; neither is a valid specifier, so pip ends the build. 0.85 has both right.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
python="$work/env/bin/python"
wrong=0
for version in 0.28.3 0.85.3; do
    "$python" -m pip -q --disable-pip-version-check install --no-deps "flet-cli==$version" packaging==26.3
    "$python" - <<'EOF' || wrong=1
from importlib.metadata import version

from flet_cli.utils.project_dependencies import get_poetry_dependencies
from packaging.requirements import InvalidRequirement, Requirement

lines = get_poetry_dependencies({"tilde": "~1.2.3", "star": "*", "caret": "^1.2.3"})
invalid = []
for line in lines:
    try:
        Requirement(line)
    except InvalidRequirement:
        invalid.append(line)
print(f"flet-cli {version('flet-cli')}: {lines}; invalid: {invalid}")
expected = 2 if version("flet-cli") == "0.28.3" else 0
raise SystemExit(0 if len(invalid) == expected else 1)
EOF
done
exit $wrong
