"""A build backend in a file: PEP 517 without anything to install, for source trees in tests."""

from collections.abc import Sequence

from fakes.wheels import metadata_text

_BACKEND = """
import base64, hashlib, os, sys, zipfile

NAME, VERSION, TAG, MEMBERS, METADATA = {facts!r}

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    {prelude}
    info = f"{{NAME}}-{{VERSION}}.dist-info"
    os.makedirs(os.path.join(folder, info))
    with open(os.path.join(folder, info, "METADATA"), "wb") as file:
        file.write(METADATA)
    return info

def build_wheel(folder, config_settings=None, metadata_directory=None):
    {prelude}
    filename = f"{{NAME}}-{{VERSION}}-{{TAG}}.whl"
    info = f"{{NAME}}-{{VERSION}}.dist-info"
    with zipfile.ZipFile(os.path.join(folder, filename), "w") as archive:
        contents = {{member: b"" for member in MEMBERS}}
        contents[f"{{info}}/METADATA"] = METADATA
        contents[f"{{info}}/WHEEL"] = b"Wheel-Version: 1.0\\n"
        lines = []
        for member, content in contents.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{{member}},sha256={{digest.decode()}},{{len(content)}}\\n")
            archive.writestr(member, content)
        archive.writestr(f"{{info}}/RECORD", "".join(lines) + f"{{info}}/RECORD,,\\n")
    return filename
"""


def backend_files(
    name: str = "demo",
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    members: Sequence[str] = ("demo/__init__.py",),
    requires: Sequence[str] = (),
    prelude: str = "pass",
    build_requires: Sequence[str] = (),
) -> dict[str, bytes]:
    """`pyproject.toml` and a backend beside it.

    Args:
        name: Of the package.
        version: Of the package.
        tag: Of the wheel that it builds.
        members: Of the wheel that it builds.
        requires: `Requires-Dist` of both hooks.
        prelude: A statement that each hook runs first.
        build_requires: `build-system.requires`.
    """
    facts = (name, version, tag, list(members), metadata_text(name, version, requires=requires))
    table = (
        "[build-system]\n"
        f"requires = {list(build_requires)!r}\n"
        'build-backend = "own_backend"\n'
        'backend-path = ["."]\n'
    )
    return {
        "pyproject.toml": table.encode(),
        "own_backend.py": _BACKEND.format(facts=facts, prelude=prelude).encode(),
    }
