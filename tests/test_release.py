"""What is released: two builds of a commit are the same bytes; actions are pinned by digests."""

import re
import subprocess
from pathlib import Path

import pytest

import build_release
import own_lock

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_USES = re.compile(r"^\s*(?:- )?uses: (\S+)(.*)$", re.MULTILINE)


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_two_builds_of_a_commit_are_the_same(tmp_path: Path) -> None:
    try:
        build_release.commit_time()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git does not tell the commit")
    assert build_release.main([str(tmp_path), "--no-isolation"]) == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".whl", ".gz"}


def test_a_tag_that_is_not_the_version_is_refused(tmp_path: Path) -> None:
    assert build_release.main([str(tmp_path), "--tag", "v99.0"]) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_digest_and_may_do_little(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    used = _USES.findall(text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+(\.\d+)*", comment), action
    assert re.search(r"^permissions:", text, re.MULTILINE)
    assert "secrets." not in text


def test_our_own_lock_is_what_pyproject_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert own_lock.main(["check"]) == 0, capsys.readouterr().out


def test_our_own_lock_out_of_step_is_told() -> None:
    text = own_lock.LOCK.read_text(encoding="utf-8")
    found = own_lock.find_faults(text.replace('name = "resolvelib"', 'name = "resolvelob"'))
    assert any("resolvelib" in fault for fault in found)
    assert own_lock.find_faults(re.sub(r'sha256 = "[0-9a-f]', 'sha256 = "z', text, count=1))
    assert own_lock.find_faults(text.replace('url = "https://', 'url = "http://', 1))


def test_every_file_that_a_promise_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(?:python )?((?:tests|tools|resolver|\.github)/[\w./-]+)", text)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []
