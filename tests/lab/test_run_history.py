"""The runs of a panel: all there, and few of them in memory."""

import gc
import threading
from pathlib import Path

import pytest

from lossacc.lab.run_history import IN_MEMORY, Shelf, outline
from tests.lab.fakes import few_images, run_of

KNOBS = {"rate": 1.0, "size": "small"}


def filled(count):
    shelf = Shelf()
    for seed in range(count):
        shelf.add(run_of(KNOBS, seed, 4, few_images()), KNOBS, seed)
        shelf.tidy()
    return shelf


def test_the_runs_come_back_as_they_were_from_memory_and_from_files():
    shelf = filled(6)
    assert len(shelf) == 6
    assert len(shelf._held) == IN_MEMORY
    for seed, run in enumerate(shelf):
        assert (run.train.logits == run_of(KNOBS, seed, 4, few_images()).train.logits).all()
    assert [run.train.logits[0].max() for run in shelf[-2:]] == pytest.approx([0.04, 0.05])
    assert (shelf[-1].train.logits == shelf[5].train.logits).all()
    assert repr(shelf) == "6 runs"
    with pytest.raises(IndexError):
        shelf[6]


def test_the_files_go_with_the_shelf():
    shelf = filled(4)
    folder = Path(shelf._folder)
    assert len(list(folder.iterdir())) == 4 - IN_MEMORY
    del shelf
    gc.collect()
    assert not folder.exists()


def test_what_cannot_be_written_stays_in_memory(monkeypatch):
    def full(run, path):
        raise OSError("no space left on device")

    monkeypatch.setattr("lossacc.runs.run.Run.save", full)
    shelf = filled(5)
    assert [run.train.logits[0].max() for run in shelf] == pytest.approx(
        [0.0, 0.01, 0.02, 0.03, 0.04]
    )


def test_a_run_is_found_by_its_knobs_and_seed_if_it_is_whole():
    shelf, images = Shelf(), few_images()
    shelf.add(run_of(KNOBS, 1, 2, images).with_settings(stopped="at 1"), KNOBS, 1)
    assert shelf.find(KNOBS, 1) is None
    whole = shelf.add(run_of(KNOBS, 1, 4, images), KNOBS, 1)
    shelf.add(run_of(KNOBS, 2, 4, images), KNOBS, 2)
    assert shelf.find(KNOBS, 1) is whole
    assert shelf.find({**KNOBS, "rate": 2.0}, 1) is None
    assert [entry.whole for entry in shelf.entries] == [False, True, True]


def test_an_outline_has_the_curves_of_its_run():
    run = run_of(KNOBS, 1, 4, few_images())
    small = outline(run)
    assert small.sets == run.sets
    assert (small.scores("validation").loss == run.scores("validation").loss).all()
    assert (small.scores("train").accuracy == run.train.accuracy).all()


def test_several_threads_may_tidy_and_read_at_once():
    shelf = Shelf()
    for seed in range(12):
        shelf.add(run_of(KNOBS, seed, 4, few_images()), KNOBS, seed)
    faults = []

    def work(does):
        try:
            does()
        except Exception as error:
            faults.append(error)

    tasks = [shelf.tidy, lambda: list(shelf)] * 4
    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    assert len(shelf._held) == IN_MEMORY
    assert len(list(shelf)) == 12
