"""What is finished is kept and never trained again; an interrupt keeps it and ends the workers."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from lossacc import lessons
from lossacc.claims import measure as measuring
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.measure import How, Interrupted, measure

SURE = lessons.experiment("sure-and-wrong")


@pytest.fixture
def trained(monkeypatch):
    """List the seeds that are trained, and train nothing."""
    seeds = []

    def quick(experiment, seed, runs, seconds=0.0):
        return SeedEvidence(seed, {}, {})

    def run(self, arm, *, seed, data):
        seeds.append(seed)

    monkeypatch.setattr(type(SURE), "run", run)
    monkeypatch.setattr(SeedEvidence, "of", quick)
    return seeds


def test_what_is_kept_is_not_trained_again(trained, tmp_path):
    how = How(jobs=1, cache=tmp_path)
    first = measure([SURE], range(2), how)
    assert len(trained) == 4  # two arms on two seeds
    trained.clear()
    told = []
    more = measure(
        [SURE], range(3), How(jobs=1, cache=tmp_path, on_seed=lambda *at: told.append(at))
    )
    assert set(trained) == {2}
    assert told == [(2, 3), (3, 3)]
    assert more["sure-and-wrong"][:2] == first["sure-and-wrong"]
    trained.clear()
    measure([SURE], range(3), How(jobs=1, cache=tmp_path, fresh=True))
    assert set(trained) == {0, 1, 2}


@pytest.mark.parametrize("other", [{"data": "glyphs"}, {"arithmetic": "copy-1"}])
def test_other_data_and_arithmetic_are_kept_apart(trained, tmp_path, other, monkeypatch):
    measure([SURE], range(1), How(jobs=1, cache=tmp_path))
    trained.clear()
    monkeypatch.setattr(measuring, "_side_by_side", lambda tasks, how: ((t, None) for t in tasks))
    found = measure([SURE], range(1), How(jobs=1, cache=tmp_path, **other))
    assert set(trained) == {0} or found["sure-and-wrong"] == (None,)


def test_other_code_is_kept_apart_and_a_damaged_file_is_none(trained, tmp_path, monkeypatch):
    how = How(jobs=1, cache=tmp_path)
    measure([SURE], range(1), how)
    (path,) = tmp_path.rglob("0.json")
    path.write_text("{")
    trained.clear()
    measure([SURE], range(1), how)
    assert set(trained) == {0}
    trained.clear()
    monkeypatch.setattr("lossacc.claims.cache.fingerprint", lambda experiment: {"code of x": "1"})
    measure([SURE], range(1), how)
    assert set(trained) == {0}
    assert len(list(tmp_path.rglob("0.json"))) == 2


def test_an_interrupt_carries_what_was_finished(trained, tmp_path):
    def on_seed(done, of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="2 of 5 are done") as cut:
        measure([SURE], range(5), How(jobs=1, cache=tmp_path, on_seed=on_seed))
    assert [one.seed for one in cut.value.found["sure-and-wrong"]] == [0, 1]
    trained.clear()
    measure([SURE], range(5), How(jobs=1, cache=tmp_path))
    assert set(trained) == {2, 3, 4}


PROGRAM = """
import sys
from pathlib import Path
from lossacc.claims import cache
cache.user_folder = lambda: Path(sys.argv[1])
from lossacc.commands.cli import main
if __name__ == "__main__":
    sys.exit(main(["verify", "sure-and-wrong", "--seeds", "7:300", "--jobs", "1",
                   "--arithmetic", "copy-0"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")
def test_ctrl_c_prints_what_there_is_and_ends_the_workers(tmp_path):
    (tmp_path / "go.py").write_text(PROGRAM)
    command = [sys.executable, str(tmp_path / "go.py"), str(tmp_path / "kept")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, start_new_session=True) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.rglob("7.json")) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "sure-and-wrong/turns up" in out
        assert "are done and kept, and the same command goes on from there" in err
        assert "Traceback" not in err
        deadline = time.monotonic() + 20
        while (left := running(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left


def running(group):
    """List the processes of a group; one that ended and was not waited for runs no more."""
    found = []
    for process in psutil.process_iter(["status"]):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
