"""What is finished is kept and never trained again; an interrupt keeps it and ends the workers."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from lossacc import lessons
from lossacc.claims import measure as measuring
from lossacc.claims.cache import Cache
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.measure import How, Interrupted, measure
from lossacc.claims.rehearsal import rehearse
from lossacc.data import Examples, glyphs

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
    nothing = SeedEvidence(0, {}, {})
    monkeypatch.setattr(measuring, "rehearse", lambda *what: None)
    monkeypatch.setattr(
        measuring, "side_by_side", lambda tasks, *how: ((task, nothing) for task in tasks)
    )
    found = measure([SURE], range(1), How(jobs=1, cache=tmp_path, **other))
    assert set(trained) == {0} or found["sure-and-wrong"] == (nothing,)


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


def test_a_failing_task_is_named_and_the_rest_is_measured_and_kept(trained, tmp_path, monkeypatch):
    def run(self, arm, *, seed, data):
        if seed == 1 and arm != "base":
            raise MemoryError if arm.startswith("label") else RuntimeError("it\nbroke")
        trained.append(seed)

    arm = SURE.arms_read()[1]
    monkeypatch.setattr(type(SURE), "run", run)
    found = measure([SURE], range(3), How(jobs=1, cache=tmp_path))
    assert [one.seed for one in found["sure-and-wrong"]] == [0, 2]
    why = "out of memory" if arm.startswith("label") else "RuntimeError: it"
    assert [str(one) for one in found.failed] == [f"sure-and-wrong, seed 1, arm {arm!r}: {why}"]
    assert sorted(path.name for path in tmp_path.rglob("*.json")) == ["0.json", "2.json"]


def test_a_full_disk_costs_what_is_kept_and_not_what_is_measured(
    trained, tmp_path, monkeypatch, capsys
):
    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("lossacc.claims.cache.write_whole", full)
    found = measure([SURE], range(2), How(jobs=1, cache=tmp_path))
    assert [one.seed for one in found["sure-and-wrong"]] == [0, 1]
    assert "seed 1, is measured but could not be kept" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[]", "3", "[" * 100_000, '{"seed": 4}', "null", "\x00"])
def test_a_kept_file_that_is_something_else_is_none(tmp_path, text):
    (tmp_path / "3.json").write_text(text)
    assert Cache(tmp_path).load(3) is None


def test_a_kept_file_under_the_name_of_another_seed_is_none(tmp_path):
    Cache(tmp_path).keep(SeedEvidence(4, {}, {}))
    (tmp_path / "4.json").rename(tmp_path / "3.json")
    assert Cache(tmp_path).load(3) is None


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"jobs": 0}, "jobs is 0; expected a whole number of at least 1"),
        ({"jobs": -1}, "jobs is -1"),
        ({"jobs": 1.5}, "jobs is 1.5"),
        ({"data": ""}, "got data=''; expected the name of a data set, or a folder"),
        ({"data": 3}, "got data=3"),
        ({"arithmetic": "mmx"}, "there is no arithmetic 'mmx'"),
        ({"cluster": " "}, "got cluster=' '; expected a Dask scheduler's address"),
        (
            {"cluster": 8786},
            "got cluster=8786; expected a Dask scheduler's address, such as tcp://",
        ),
        ({"cluster": "a", "jobs": 2}, "got jobs=2 with a cluster; expected none"),
        ({"cluster": "a", "arithmetic": "copy-0"}, "got arithmetic='copy-0' with a cluster; expec"),
    ],
)
def test_how_to_measure_is_checked(how, said):
    with pytest.raises((ValueError, TypeError), match=said):
        How(**how)


def test_foreign_data_are_drawn_by_each_arm_before_anything_is_trained():
    tail = lessons.experiment("long-tail")
    whole = glyphs(2000, classes=10, seed=0)
    first = np.flatnonzero(whole.labels == 0)
    few_of_one = whole.take(np.delete(np.arange(2000), first[60:]))
    with pytest.raises(ValueError, match=r"long-tail, arm 'base', cannot use .*of class 'A'"):
        rehearse(tail, few_of_one, 0)
    rehearse(lessons.experiment("both-fall"), whole, 0)  # which trains before it draws


def test_classes_without_images_do_not_count():
    whole = glyphs(2000, classes=3, seed=0)
    more = Examples(whole.images, whole.labels, (*whole.class_names, "y", "z"))
    with pytest.raises(ValueError, match="1400 images of 4 classes or more; got 2000 of 3"):
        lessons.experiment("both-fall").check_data(more)


PROGRAM = """
import signal, sys
from pathlib import Path
from lossacc.claims import cache
cache.user_folder = lambda: Path(sys.argv[1])
from lossacc.commands.cli import main
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    sys.exit(main(["verify", "sure-and-wrong", *sys.argv[2:]]))
"""
posix = pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl+C to a whole console")


@contextlib.contextmanager
def verifying(tmp_path, *words):
    """The command in a group of processes of its own, as a terminal starts it."""
    (tmp_path / "go.py").write_text(PROGRAM)
    command = [sys.executable, str(tmp_path / "go.py"), str(tmp_path / "kept"), *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, start_new_session=True) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def until(come, seconds=240):
    """Wait for something to come, and give it; what is not there by then is none."""
    deadline = time.monotonic() + seconds
    while not (found := come()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


@posix
def test_ctrl_c_prints_what_there_is_and_ends_the_workers_within_two_seconds(tmp_path):
    with verifying(
        tmp_path, "--seeds", "7:300", "--jobs", "1", "--arithmetic", "copy-0"
    ) as process:
        assert until(lambda: list(tmp_path.rglob("7.json")))
        workers = children(process.pid)
        assert workers
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all of them
        until(lambda: not any(alive(one) for one in workers), 20)
        took = time.monotonic() - begun
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "sure-and-wrong/turns up" in out
        assert "are done and kept, and the same command goes on from there" in err
        assert len(err.splitlines()) == 1
        assert took < 2
        print(f"ended after {took:.2f} s")
        assert until(lambda: not running(process.pid), 20)  # what tracked them ends last


@posix
def test_a_killed_worker_is_named_and_the_others_go_on(tmp_path):
    words = ("--seeds", "7:10", "--jobs", "1", "--arithmetic", "copy-0")
    with verifying(tmp_path, *words) as process:
        assert until(lambda: list(tmp_path.rglob("7.json")))
        time.sleep(0.3)  # the worker has begun with the next one
        psutil.Process(children(process.pid)[0]).kill()
        out, err = process.communicate(timeout=300)
        assert process.returncode == 1
        assert "held 2 of 2" in out
        assert "Seeds 7 to 9 without 1 of them" in out
        assert re.search("Not measured: sure-and-wrong, seed 8.*ended by SIGKILL", out)
        assert err == ""
        assert sorted(path.name for path in tmp_path.rglob("*.json")) == ["7.json", "9.json"]


@posix
def test_workers_end_where_the_command_is_killed(tmp_path):
    words = ("--seeds", "7:300", "--jobs", "1", "--arithmetic", "copy-0")
    with verifying(tmp_path, *words) as process:
        workers = until(lambda: children(process.pid))
        time.sleep(1)
        process.kill()
        process.wait()
        assert until(lambda: not any(alive(one) for one in workers), 30)


def children(pid):
    """List the workers of a command; the process that tracks what they share is none."""
    return [
        one.pid for one in psutil.Process(pid).children() if "spawn_main" in " ".join(one.cmdline())
    ]


def alive(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def running(group):
    """List the processes of a group; one that ended and was not waited for runs no more."""
    found = []
    for process in psutil.process_iter(["status"]):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
