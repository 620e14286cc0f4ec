"""Every file is whole or as it was, whatever ends the writing."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from lossacc.support.files import check_writable, make_folder, whole_file, write_whole

BIG = b"x" * 1_000_000
unix = pytest.mark.skipif(os.name == "nt", reason="as Unix has it")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "it.txt").write_bytes(b"old")
    return tmp_path / "it.txt"


def only(path: Path, content: bytes) -> None:
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("content", "written"),
    [("größer\n", "größer\n".encode()), (b"\xff\0", b"\xff\0"), ("\ud800", b"\\ud800"), ("", b"")],
)
def test_text_and_bytes_take_the_place_of_the_old(content, written, path):
    write_whole(path, content)
    only(path, written)
    write_whole(str(path), content)
    only(path, written)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, MemoryError, SystemExit])
def test_an_error_midway_leaves_the_old_file_and_nothing_else(error, path):
    with pytest.raises(error), whole_file(path) as file:  # noqa: PT012
        file.write(BIG)
        raise error
    only(path, b"old")


@pytest.mark.parametrize("step", range(0, 120, 3))
def test_an_interrupt_at_any_line_leaves_one_whole_file(step, path):
    left = step

    def interrupt(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename.endswith("files.py") and event == "line":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return interrupt

    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            write_whole(path, BIG)
    finally:
        sys.settrace(before)
    assert path.read_bytes() in (b"old", BIG)
    assert os.listdir(path.parent) == [path.name]


SAVER = """
import sys
from lossacc.support.files import write_whole
content = sys.argv[2].encode() * 3_000_000
print("ready", flush=True)
while True:
    write_whole(sys.argv[1], content)
"""


def saver(path: Path, letter: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SAVER, str(path), letter]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_reader_sees_whole_files_while_two_processes_save_and_are_killed(path):
    whole = {b"old", b"a" * 3_000_000, b"b" * 3_000_000}
    savers = [saver(path, letter) for letter in "ab"]
    try:
        for one in savers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        seen, end = {path.read_bytes()}, time.monotonic() + 30
        for number in count():
            seen.add(path.read_bytes())
            if number > 100 and (len(seen) > 1 or time.monotonic() > end):
                break
    finally:
        for one in savers:
            one.kill()
            one.communicate()
    assert seen | {path.read_bytes()} <= whole
    assert len(seen) > 1


@unix
def test_kills_leave_a_whole_file_and_what_they_leave_beside_it_is_removed_later(path):
    for number in range(12):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with whole_file(path) as file:
                file.write(b"half")
                os.write(writing, b"!")
                time.sleep(60)
        os.read(reading, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading), os.close(writing)
        assert len(os.listdir(path.parent)) == number + 2
    assert path.read_bytes() == b"old"
    check_writable(path)  # they might be writing still
    assert len(os.listdir(path.parent)) == 13
    for left in path.parent.glob(".*"):
        os.utime(left, (0, 0))
    check_writable(path)
    only(path, b"old")


def test_threads_that_write_the_same_file(path):
    def write(letter: bytes) -> None:
        for _ in range(20):
            write_whole(path, letter * 10_000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in {letter * 10_000 for letter in (b"a", b"b", b"c")}
    assert os.listdir(path.parent) == [path.name]


@contextlib.contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@unix
def test_a_file_that_may_not_grow(path):
    with small_files(10_000), pytest.raises(OSError, match=r"it\.txt.*larger than a file may be"):
        write_whole(path, BIG)
    only(path, b"old")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of a hundred kilobytes, where one may mount it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.name != "nt" and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", folder], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk(full):
    write_whole(full / "it", "old")
    with pytest.raises(OSError, match=r"'.*it' cannot be written: the disk is full"):
        write_whole(full / "it", BIG)
    only(full / "it", b"old")


def test_a_disk_that_is_read_only(full):
    write_whole(full / "it", "old")
    subprocess.run(["mount", "-o", "remount,ro", full], check=True)
    for call in (lambda: write_whole(full / "it", "new"), lambda: check_writable(full / "new")):
        with pytest.raises(OSError, match=r"cannot be written: .*(read-only|not allowed)"):
            call()
    only(full / "it", b"old")


@pytest.fixture
def nobody() -> Iterator[None]:
    """Who runs the tests may not write everywhere: root gives up its rights for a while."""
    if os.name == "nt":
        pytest.skip("as Unix has it")
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield
    if is_root:
        os.seteuid(0)


def test_a_folder_and_a_file_that_are_read_only(tmp_path, request):
    tmp_path.chmod(0o555)
    for above in tmp_path.parents[:2]:
        above.chmod(above.stat().st_mode | 0o011)
    request.getfixturevalue("nobody")
    for call in (lambda: write_whole(tmp_path / "it", ""), lambda: check_writable(tmp_path / "it")):
        with pytest.raises(PermissionError, match="it' cannot be written: that is not allowed"):
            call()
    with pytest.raises(PermissionError, match="new' cannot be made: that is not allowed"):
        make_folder(tmp_path / "new")


def test_a_file_that_is_read_only_is_not_replaced(path, request):
    path.chmod(0o444)
    path.parent.chmod(0o777)
    for above in path.parents[1:3]:
        above.chmod(above.stat().st_mode | 0o011)
    request.getfixturevalue("nobody")
    with pytest.raises(PermissionError, match="not allowed"):
        write_whole(path, "new")


WRONG = {
    "no folder": (
        "none/it",
        FileNotFoundError,
        "cannot be written: there is no folder '.*none'",
    ),
    "a file above": ("file/it", NotADirectoryError, "file' is not a folder"),
    "a folder": ("", IsADirectoryError, "it is a folder"),
    "a long name": ("n" * 300, OSError, "its name is too long"),
}


@pytest.mark.parametrize("write", [lambda path: write_whole(path, "new"), check_writable])
@pytest.mark.parametrize(("name", "error", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_a_sentence_and_known_before(name, error, words, write, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(error, match=words) as caught:
        write(tmp_path / name)
    assert "Errno" not in str(caught.value)
    assert os.listdir(tmp_path) == ["file"]


@unix
@pytest.mark.parametrize("write", [lambda path: write_whole(path, "new"), check_writable])
def test_a_pipe_or_a_device_is_left_alone(write, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for special in (tmp_path / "pipe", os.devnull):
        with pytest.raises(OSError, match="it is no ordinary file"):
            write(special)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("path", [3, None, b"it", "", "a\0b", "\ud800"])
@pytest.mark.parametrize("call", [check_writable, make_folder])
def test_what_is_no_path(path, call):
    with pytest.raises((TypeError, ValueError), match=r"got the path .*; expected"):
        call(path)


def test_what_can_be_written_is_left_as_it_is(path):
    assert check_writable(path) == path
    only(path, b"old")
    path.unlink()
    assert check_writable(str(path)) == path
    assert not os.listdir(path.parent)


def test_a_folder_is_made_with_those_above_it(tmp_path):
    assert make_folder(tmp_path / "a" / "b").is_dir()
    assert make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError, match="file' cannot be made: there is a file of that name"):
        make_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError, match="file' is not a folder"):
        make_folder(tmp_path / "file" / "below")


@unix
def test_permissions_and_links_stay(path):
    path.chmod(0o640)
    link = path.with_name("link")
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@unix
def test_a_new_file_may_be_read_by_whom_the_user_lets(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "it", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o640
