"""The runs of a panel: all there, and few of them in memory."""

import threading
from pathlib import Path

import pytest

from lossacc.lab.run_history import IN_MEMORY, RunHistory, outline
from lossacc.runs.run import Run
from tests.garbage import collect
from tests.lab.fakes import few_images, run_of

KNOBS = {"rate": 1.0, "size": "small"}


def filled(count):
    history = RunHistory()
    for seed in range(count):
        history.add(run_of(KNOBS, seed, 4, few_images()), KNOBS, seed)
        history.tidy()
    return history


def test_the_runs_come_back_as_they_were_from_memory_and_from_files():
    history = filled(6)
    assert len(history) == 6
    assert len(history._held) == IN_MEMORY
    for seed, run in enumerate(history):
        assert (run.train.logits == run_of(KNOBS, seed, 4, few_images()).train.logits).all()
    assert [run.train.logits[0].max() for run in history[-2:]] == pytest.approx([0.04, 0.05])
    assert (history[-1].train.logits == history[5].train.logits).all()
    assert repr(history) == "6 runs"
    with pytest.raises(IndexError):
        history[6]


def test_the_files_go_with_the_history():
    history = filled(4)
    folder = Path(history._folder)
    assert len(list(folder.iterdir())) == 4 - IN_MEMORY
    del history
    collect()
    assert not folder.exists()


def test_what_cannot_be_written_stays_in_memory(monkeypatch):
    def full(run, path):
        raise OSError("no space left on device")

    monkeypatch.setattr("lossacc.runs.run.Run.save", full)
    history = filled(5)
    assert [run.train.logits[0].max() for run in history] == pytest.approx(
        [0.0, 0.01, 0.02, 0.03, 0.04]
    )


def test_a_run_is_found_by_its_knobs_and_seed_if_it_is_whole():
    history, images = RunHistory(), few_images()
    history.add(run_of(KNOBS, 1, 2, images).with_settings(stopped="at 1"), KNOBS, 1)
    assert history.find(KNOBS, 1) is None
    whole = history.add(run_of(KNOBS, 1, 4, images), KNOBS, 1)
    history.add(run_of(KNOBS, 2, 4, images), KNOBS, 2)
    assert history.find(KNOBS, 1) is whole
    assert history.find({**KNOBS, "rate": 2.0}, 1) is None
    assert [entry.whole for entry in history.entries] == [False, True, True]


def test_an_outline_has_the_curves_of_its_run():
    run = run_of(KNOBS, 1, 4, few_images())
    small = outline(run)
    assert small.sets == run.sets
    assert (small.scores("validation").loss == run.scores("validation").loss).all()
    assert (small.scores("train").accuracy == run.train.accuracy).all()


def test_several_threads_may_tidy_and_read_at_once():
    history = RunHistory()
    for seed in range(12):
        history.add(run_of(KNOBS, seed, 4, few_images()), KNOBS, seed)
    faults = []

    def work(does):
        try:
            does()
        except Exception as error:
            faults.append(error)

    tasks = [history.tidy, lambda: list(history)] * 4
    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    assert len(history._held) == IN_MEMORY
    assert len(list(history)) == 12


@pytest.mark.parametrize("error", [OSError("full"), ValueError("no number"), MemoryError()])
def test_a_run_that_cannot_be_written_stays_in_memory_and_holds_up_no_other(monkeypatch, error):
    save, history = Run.save, RunHistory()
    for seed in range(5):
        history.add(run_of(KNOBS, seed, 4, few_images()), KNOBS, seed)
    stubborn = history.run(2)

    def fails(run, *arguments, **named):
        if run is stubborn:
            raise error
        return save(run, *arguments, **named)

    monkeypatch.setattr(Run, "save", fails)
    history.tidy()
    assert sorted(history._held) == [2, 4, 5]
    assert history.run(2) is stubborn
    assert len(list(history)) == 5
