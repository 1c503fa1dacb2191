"""Apps on disk whose wheels have made binaries, with a folder of wheels as their only index."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fakes.native import CPU_ARM64, CPU_X86_64, make_elf, make_macho
from fakes.targets import make_targets, platform_tag, short_name
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.audit.native_facts import processor_of
from flet_lock.model.target import Platform, Target

PYTHON = "3.13"
BUILDERS_PATH = "/Users/runner/work/lib/libjpeg.62.dylib"


def good_binary(target: Target) -> bytes:
    """A module that loads on a target."""
    if target.platform is Platform.ANDROID:
        return make_elf(processor_of(target.slice_name).elf, needed=("libpython3.13.so",))
    device = "simulator" not in target.slice_name
    cpu = CPU_X86_64 if "x86_64" in target.slice_name else CPU_ARM64
    return make_macho(cpu, platform=2 if device else 7)


def bad_binary(target: Target) -> bytes:
    """A module that does not."""
    if target.platform is Platform.ANDROID:
        processor = processor_of(target.slice_name).elf
        return make_elf(processor, needed=("libpython3.13.so", "libnowhere.so"))
    device = "simulator" not in target.slice_name
    cpu = CPU_X86_64 if "x86_64" in target.slice_name else CPU_ARM64
    return make_macho(cpu, platform=2 if device else 7, libraries=(BUILDERS_PATH,))


class AuditApp:
    """An app folder beside a folder of wheels and a cache."""

    def __init__(self, root: Path, dependencies: Sequence[str]) -> None:
        self.root = root / "app"
        self.wheels = root / "wheels"
        self.options: dict[str, object] = {
            "default-index": str(self.wheels),
            "no-flet-index": True,
            "cache-dir": str(root / "cache"),
        }
        for folder in (self.root, self.wheels):
            folder.mkdir(exist_ok=True)
        listed = ", ".join(f'"{each}"' for each in dependencies)
        (self.root / "pyproject.toml").write_text(
            f'[project]\nname = "app"\nrequires-python = "=={PYTHON}.*"\n'
            f"dependencies = [{listed}]\n"
        )

    def release(
        self,
        name: str,
        version: str,
        *,
        bad: bool = False,
        requires: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> list[Path]:
        """Adds a release with a wheel for each slice; the paths of the wheels."""
        paths = []
        for target in make_targets([each.value for each in Platform], python=PYTHON):
            tag = f"cp313-cp313-{platform_tag(short_name(target))}"
            binary = bad_binary(target) if bad else good_binary(target)
            content = make_wheel(
                name,
                version,
                tag,
                requires=requires,
                files={
                    f"{name}/__init__.py": b"",
                    f"{name}/_core.cpython-313-{target.slice_name}.so": binary,
                    **(files or {}),
                },
            )
            path = self.wheels / wheel_filename(name, version, tag)
            path.write_bytes(content)
            paths.append(path)
        return paths

    @property
    def words(self) -> list[str]:
        """The options on a command line."""
        found = []
        for name, value in self.options.items():
            found += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        return found
