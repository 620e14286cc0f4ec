"""Which runs stand beside the one that is drawn."""

from lossacc.lab.run_history import RunHistory
from lossacc.lab.snapshot import MOST_EARLIER, Training, earlier_lines, take
from lossacc.lab.task import Request, Task
from tests.lab.fakes import experiment, few_images, run_of

BASE = {"rate": 1.0, "size": "small"}
FAST = {"rate": 2.0, "size": "small"}


def made(knobs=BASE, seed=1, rows=6):
    return run_of(knobs, seed, rows, few_images())


def filled(*asked):
    history = RunHistory()
    for knobs, seed in asked:
        history.add(made(knobs, seed), knobs, seed)
    return history


def test_of_earlier_runs_each_is_drawn_once_the_newest_first():
    fake = experiment()
    history = filled((BASE, 1), (FAST, 1), (BASE, 2), (FAST, 1))
    lines = earlier_lines(fake, history.entries, Task(BASE, 1))
    assert [line.label for line in lines] == ["fast", "seed 2"]
    assert lines[0].outline is history.entries[3].outline


def test_beside_an_arm_stands_the_base_of_its_seed_even_if_it_was_put_away():
    history = filled((BASE, 1), (BASE, 2))
    history.put_away()
    tasks = (Task(BASE, 1), Task(FAST, 1))
    arm = Training(Request(tasks, "arm"), tasks[1], 3, made(FAST))
    assert [line.label for line in take(experiment(), history, arm).earlier] == ["base"]
    assert take(experiment(), history, arm).name == "fast"
    alone = Training(Request(tasks[1:]), tasks[1], 3, made(FAST))
    assert take(experiment(), history, alone).earlier == ()
    assert take(experiment(), history, alone).name == ""


def test_the_newest_few_are_drawn_and_a_run_does_not_stand_beside_itself():
    seeds = range(2, 4 + MOST_EARLIER)
    history = filled(*((BASE, seed) for seed in seeds), (BASE, 1))
    task = Task(BASE, 1)
    ended = Training(Request((task,)), task, len(history), made(), ended=True)
    snapshot = take(experiment(), history, ended)
    newest = [f"seed {seed}" for seed in seeds[-MOST_EARLIER:]]
    assert [line.label for line in snapshot.earlier] == newest
    assert snapshot.hidden == len(seeds) - MOST_EARLIER


def test_the_other_seeds_of_a_request_are_its_band_and_no_faint_lines():
    history = filled((FAST, 1), (BASE, 1), (BASE, 2))
    tasks = tuple(Task(BASE, seed) for seed in (1, 2, 3))
    done = history.entries[1:]
    last = Training(Request(tasks, "seeds"), tasks[2], 4, made(BASE, 3), done=done)
    snapshot = take(experiment(), history, last)
    assert snapshot.asked == tasks[0]
    assert snapshot.seeds == tuple(entry.outline for entry in done)
    assert (snapshot.earlier, snapshot.hidden) == ((), 1)
