"""`verify --cluster` on a real scheduler and real workers, each a process of this computer."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import psutil
import pytest

from lossacc import lessons
from lossacc.claims import cluster
from lossacc.claims.cache import Cache
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.fingerprint import versions
from lossacc.claims.measure import How
from lossacc.claims.task import Failure, images
from lossacc.data import glyphs, save_folder
from lossacc.support.arithmetic import OWN
from tests.project import ROOT, free_port

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lossacc[cluster]'")
NAME = "sure-and-wrong"
PROGRAM = """
import sys
from pathlib import Path
from lossacc.claims import cache
cache.user_folder = lambda: Path(sys.argv[1])
from lossacc.commands.cli import main
if __name__ == "__main__":
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    sys.exit(main(["verify", *sys.argv[2:]]))
"""


class Machines:
    """A scheduler and workers, each a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, f"tcp://127.0.0.1:{free_port()}"
        self.processes = [self._start("scheduler", ["--port", self.address.rpartition(":")[2]])]

    def worker(self, name: str, first: str = "", **variables: str) -> psutil.Process:
        """Start a worker; `first` is a line of Python that it runs before everything else."""
        words = [self.address, "--name", name, "--no-nanny", "--nthreads", "1"]
        words += ["--local-directory", str(self.folder / name)]
        process = self._start("worker", words, first, **variables)
        self.processes.append(process)
        return psutil.Process(process.pid)

    def _start(
        self, what: str, words: list[str], first: str = "", **variables: str
    ) -> subprocess.Popen[bytes]:
        program = f"{first}\nfrom distributed.cli.dask_{what} import main\nmain()"
        command = [sys.executable, "-c", program, "--host", "127.0.0.1", "--no-dashboard", *words]
        with open(self.folder / f"{what}.log", "ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=os.environ | variables, stdout=log, stderr=log
            )

    def end(self) -> None:
        """End them all."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler without workers yet."""
    found = Machines(tmp_path)
    yield found
    found.end()


@contextlib.contextmanager
def verifying(tmp_path: Path, *words: str) -> Iterator[Any]:
    """The command, with a cache of its own in `kept`."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "kept"), *words]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def verified(tmp_path: Path, *words: str) -> tuple[int, str, str]:
    """What the command ends with, and what it prints."""
    with verifying(tmp_path, *words) as process:
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err


def kept(tmp_path: Path) -> dict[str, Any]:
    """What lies in the cache: the evidence of each seed, without how long it took."""
    found = {path.stem: json.loads(path.read_text()) for path in tmp_path.rglob("kept/**/*.json")}
    return {seed: one | {"seconds": 0} for seed, one in found.items()}


def wait_for_two(tmp_path: Path, process: Any) -> None:
    """Wait until two seeds are kept."""
    deadline = time.monotonic() + 240
    while len(kept(tmp_path)) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_worker_is_killed_in_the_middle_and_nothing_is_lost(
    machines: Machines, tmp_path: Path
) -> None:
    counting = "import lossacc.claims.cluster as c; t = c.attempted; c.attempted = lambda task: ("
    counting += f"open({str(tmp_path / 'begun')!r}, 'a').write(f'{{task.seed}}\\n'), t(task))[1]"
    first, second = (machines.worker(name, counting) for name in ("first", "second"))
    words = (NAME, "--seeds", "7:12", "--json")
    with verifying(tmp_path, *words, "there.json", "--cluster", machines.address) as process:
        wait_for_two(tmp_path, process)
        first.kill()  # it is at its second seed, or its third
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, ""), out
    begun = (tmp_path / "begun").read_text().split()
    assert {int(one) for one in begun} == set(range(7, 12))
    assert len(begun) in (5, 6)  # what was finished is not trained again
    assert second.is_running()

    there = kept(tmp_path)
    shutil.rmtree(tmp_path / "kept")
    assert verified(tmp_path, *words, "here.json", "--jobs", "2")[0] == 0
    assert there == kept(tmp_path)
    both = [json.loads((tmp_path / f"{one}.json").read_text()) for one in ("there", "here")]
    assert both[0]["rows"] == both[1]["rows"]
    assert both[0]["gains"] == both[1]["gains"]

    machines.end()  # of what is kept nothing is trained; the versions are asked for all the same
    code, _, err = verified(tmp_path, *words, "there.json", "--cluster", machines.address)
    assert (code, "no scheduler of Dask answers" in err) == (2, True)


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_frees_the_workers(
    machines: Machines, tmp_path: Path
) -> None:
    machines.worker("first")
    words = (NAME, "--seeds", "7:300", "--cluster", machines.address)
    with verifying(tmp_path, *words) as process:
        wait_for_two(tmp_path, process)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    took = time.monotonic() - begun
    assert process.returncode == 130
    assert f"{NAME}/turns up" in out
    assert "are done and kept, and the same command goes on from there" in err
    assert len(err.splitlines()) == 1
    assert took < 10  # a second where nothing else runs; most of it judges and prints
    print(f"ended after {took:.2f} s")
    done = len(kept(tmp_path))
    code, out, err = verified(tmp_path, NAME, "--seeds", f"7:{7 + done + 1}", *words[-2:])
    assert (code, err) == (0, ""), out  # soon: the other 290 are not in its way
    assert len(kept(tmp_path)) == done + 1


@pytest.mark.slow
def test_where_the_scheduler_is_lost_what_is_done_counts_and_the_rest_is_named(
    machines: Machines, tmp_path: Path
) -> None:
    machines.worker("first")
    words = (NAME, "--seeds", "7:11", "--cluster", machines.address)
    with verifying(tmp_path, *words) as process:
        wait_for_two(tmp_path, process)
        machines.processes[0].kill()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    said = f"Not measured: {NAME}, seed {{}}: the cluster dropped it, or its scheduler is gone"
    assert {seed for seed in range(7, 11) if said.format(seed) not in out} == set(
        map(int, kept(tmp_path))
    )
    assert said.format(10) in out


@pytest.mark.slow
def test_workers_that_would_measure_something_else_are_refused(
    machines: Machines, tmp_path: Path
) -> None:
    words = (NAME, "--seeds", "7:8", "--cluster", machines.address)
    code, out, err = verified(tmp_path, *words)
    assert (code, out) == (2, "")
    assert "has no workers; expected some: dask worker tcp://127.0.0.1:" in err

    bare = "import sys; sys.modules['lossacc'] = None"
    other = shutil.copytree(ROOT / "lossacc", tmp_path / "other" / "lossacc")
    file = other / "lessons" / "two_rulers" / "sure_and_wrong.py"
    file.write_text(file.read_text().replace("VALIDATION = 1000", "VALIDATION = 999"))
    wanted = "it has no lossacc, or an older one", "code of VALIDATION changed"
    for first, path, said in ((bare, ROOT, wanted[0]), ("", other.parent, wanted[1])):
        worker = machines.worker("odd", first, PYTHONPATH=str(path))
        code, out, err = verified(tmp_path, *words)
        assert (code, out) == (2, "")
        assert "lossacc: the worker at 'tcp://127.0.0.1:" in err
        assert said in err
        assert "expected the same lossacc as here" in err
        assert len(err.splitlines()) == 1
        worker.kill()
        worker.wait()
        time.sleep(1)
    assert not kept(tmp_path)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)


@pytest.mark.usefixtures("impatient")
def test_an_address_that_nobody_answers_at_is_told_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (free_port(), silent.getsockname()[1]):
            begun = time.monotonic()
            address = f"tcp://127.0.0.1:{port}"
            with pytest.raises(ConnectionError) as told:
                lessons.verify([NAME], (7, 8), cluster=address)
            assert time.monotonic() - begun < 4
            assert f"no scheduler of Dask answers at '{address}' (" in str(told.value)
            assert str(told.value).endswith("expected an address such as tcp://10.0.0.5:8786")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("address", ["nowhere", "tcp://", "127.0.0.1", "ftp://127.0.0.1:1", "\n"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises((ConnectionError, ValueError), match="such as tcp://10"):
        lessons.verify([NAME], (7, 8), cluster=address)


def test_without_dask_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'lossacc\[cluster\]'"):
        lessons.verify([NAME], (7, 8), cluster="tcp://127.0.0.1:1")


def test_dask_is_imported_only_for_a_cluster() -> None:
    code = "import sys, lossacc.commands.verify, lossacc.claims.measure, lossacc.claims.cluster"
    code += "; sys.exit('distributed' in sys.modules or 'dask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_answer_is_the_evidence_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    (one, *_) = lessons.evidence(NAME)
    found = SeedEvidence(one.seed, one.claims, one.gains, 1 / 3, {"threads": 1})
    experiment = lessons.experiment(NAME)
    monkeypatch.setattr(cluster, "attempted", lambda task: found)
    monkeypatch.setattr(cluster, "identity", lambda *what: "as asked")
    monkeypatch.setattr(cluster, "_prepared", lambda: None)
    task = cluster.Task(experiment, one.seed, "digits", cluster.Cache(None))
    said = cluster.answer(experiment.module, one.seed, "digits", 16, 1, "as asked")
    assert cluster._heard(task, said) == found
    lost = Failure(NAME, one.seed, "base", "out of memory")
    monkeypatch.setattr(cluster, "attempted", lambda task: lost)
    said = cluster.answer(experiment.module, one.seed, "digits", 16, 1, "as asked")
    assert cluster._heard(task, said) == lost
    with pytest.raises(ValueError, match="its worker has other code, versions or images"):
        cluster.answer(experiment.module, one.seed, "digits", 16, 1, "something else")
    for error in (ValueError("it broke"), (ValueError, ValueError("it broke"), None)):
        assert str(cluster._heard(task, error)) == f"{NAME}, seed {one.seed}: it broke"
    gone = cluster._heard(task, CancelledError("answer-3b1f"))
    assert str(gone).endswith("the cluster dropped it, or its scheduler is gone")


def test_a_worker_is_told_what_a_folders_images_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_folder(glyphs(30, classes=3, size=20, seed=0), tmp_path / "mine")
    how = How(data=str(tmp_path / "mine"), size=24, channels=3)
    experiment = how.suited(lessons.experiment("nine-against-one"))
    data = images(experiment, str(how.data))
    kept = Cache.of(None, experiment, data, OWN, versions())
    asked = cluster._asked(cluster.Task(experiment, 7, str(how.data), kept))
    seen = []
    failed = Failure("nine-against-one", 7, "", "as it is no worker")
    monkeypatch.setattr(cluster, "attempted", lambda task: seen.append(task) or failed)
    monkeypatch.setattr(cluster, "_prepared", lambda: None)
    cluster.answer(*asked)
    (task,) = seen
    assert images(task.experiment, task.data).shape == (24, 24, 3)
    with pytest.raises(ValueError, match="its worker has other code, versions or images"):
        cluster.answer(*asked[:3], 16, *asked[4:])


def test_workers_of_two_kinds_are_refused() -> None:
    kinds = {"tcp://a:1": {"keras": "3.15"}, "tcp://b:2": {"keras": "3.14"}}
    with pytest.raises(ValueError, match=r"'tcp://a:1' has keras 3.15, 'tcp://b:2' 3.14; expected"):
        cluster._same(kinds)
    assert cluster._same({"a": kinds["tcp://a:1"], "b": kinds["tcp://a:1"]}) == {"keras": "3.15"}


def test_a_folder_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    assert cluster.place("mine") == str(tmp_path / "mine")
    assert cluster.place("digits") == "digits"
    module = lessons.experiment(NAME).module
    with pytest.raises(FileNotFoundError, match="there is no folder '/no/where'"):
        cluster.standing({module: "/no/where"})
