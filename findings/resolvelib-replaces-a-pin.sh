#!/bin/sh
# resolvelib 1.2.1: a requirement that arrives later can replace a pinned candidate without any backtracking.
# `ant 2` needs any bee; the newest `bee 3` needs `ant==1`; `bee 1` needs nothing. {ant 2, bee 1} satisfies everything
# and keeps the newest ant, which was pinned first. The answer is {ant 1} alone, though no conflict was reported.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/python" -m pip -q --disable-pip-version-check install resolvelib==1.2.1
"$work/env/bin/python" - <<'EOF'
from resolvelib import AbstractProvider, BaseReporter, Resolver

RELEASES = {"ant": {2: ["bee"], 1: []}, "bee": {3: ["ant==1"], 1: []}}


class Provider(AbstractProvider):
    def identify(self, requirement_or_candidate):
        if isinstance(requirement_or_candidate, tuple):
            return requirement_or_candidate[0]
        return requirement_or_candidate.split("==")[0]

    def get_preference(self, identifier, resolutions, candidates, information, backtrack_causes):
        return identifier

    def find_matches(self, identifier, requirements, incompatibilities):
        excluded = set(incompatibilities[identifier])
        wanted = list(requirements[identifier])
        found = ((identifier, version) for version in sorted(RELEASES[identifier], reverse=True))
        return [
            c for c in found
            if c not in excluded and all(self.is_satisfied_by(r, c) for r in wanted)
        ]

    def is_satisfied_by(self, requirement, candidate):
        _, _, version = requirement.partition("==")
        return not version or int(version) == candidate[1]

    def get_dependencies(self, candidate):
        return RELEASES[candidate[0]][candidate[1]]


class Reporter(BaseReporter):
    conflicts = 0

    def resolving_conflicts(self, causes):
        self.conflicts += 1


reporter = Reporter()
result = Resolver(Provider(), reporter).resolve(["ant"])
answer = {name: candidate[1] for name, candidate in result.mapping.items()}
print("answer:", answer, "conflicts reported:", reporter.conflicts)
raise SystemExit(0 if answer == {"ant": 1} and reporter.conflicts == 0 else 1)
EOF
