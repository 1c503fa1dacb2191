"""What a release offers a target: pure, binary, a pure fallback, hollow, or sources only."""

from collections.abc import Sequence

from flet_lock.model.answer.resolution import Availability
from flet_lock.model.index.artifact import Artifact, Wheel
from flet_lock.model.target import Target
from flet_lock.targets.tags import tag_rank


def classify_availability(
    chosen: Artifact, release: Sequence[Artifact], target: Target
) -> Availability:
    """The class of what a target gets of a release.

    - **binary**: the tag by which the target takes the wheel names a platform;
      `py3-none-android_24_arm64_v8a` does.
    - **hollow**: it names none, and the version has other wheels without an ABI that do
      (`py3-none-win_amd64`): the same Python code around a native library, which this one lacks.
    - **pure fallback**: it names none, and the version has wheels with an ABI (`cp314-cp314-…`,
      `cp310-abi3-…`): code that desktops get compiled. Where a version has both kinds, hollow
      wins: it is the one that fails.
    - **pure**: it names none, and there is no other kind of wheel.
    - **source only**: an sdist, a folder or a checkout.
    - **missing**: a wheel that the target does not take.

    Args:
        chosen: the file that the target would get.
        release: every file of the version, of all indexes: a release is one thing wherever its
            files lie, and the Flet index holds the native wheels of pure releases of PyPI.
        target: the ABI or slice.
    """
    if not isinstance(chosen, Wheel):
        return Availability.SOURCE_ONLY
    usable = [
        (rank, tag.platform) for tag in chosen.tags if (rank := tag_rank(tag, target)) is not None
    ]
    if not usable:
        return Availability.MISSING
    if min(usable)[1] != "any":
        return Availability.BINARY
    native_abis = {
        tag.abi
        for artifact in release
        if isinstance(artifact, Wheel)
        for tag in artifact.tags
        if tag.platform != "any"
    }
    if "none" in native_abis:
        return Availability.HOLLOW
    return Availability.PURE_FALLBACK if native_abis else Availability.PURE
