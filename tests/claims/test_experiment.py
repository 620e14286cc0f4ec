"""The form of an experiment: knobs, arms, claims, and what refuses bad input."""

import inspect
import re

import numpy as np
import pytest

from lossacc import lessons
from lossacc.claims import catalogue
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons import experiment as load
from lossacc.lessons import names
from lossacc.runs.run import Run

EVERY = pytest.mark.parametrize("experiment", [load(name) for name in names()], ids=names())


@EVERY
def test_every_experiment_is_whole(experiment):
    assert experiment.arms[0].name == "base"
    assert not experiment.arms[0].settings
    assert experiment.question.endswith("?")
    for named in (experiment.knobs, experiment.arms, experiment.claims):
        names = [one.name for one in named]
        assert len(names) == len(set(names)) > 0


@EVERY
def test_every_knob_stands_on_a_value_that_it_has_and_says_what_it_does(experiment):
    for knob in experiment.knobs:
        assert knob.default in knob.values
        assert knob.means.endswith(".")
        assert knob.label


@EVERY
def test_every_arm_moves_knobs_to_values_that_they_have(experiment):
    base = experiment.settings()
    for arm in experiment.arms[1:]:
        assert experiment.settings(arm.name) != base
        assert arm.says.endswith(".")


@EVERY
def test_every_claim_reads_arms_and_has_a_control_that_differs(experiment):
    for claim in experiment.claims:
        for arm in (*claim.reads, *claim.control):
            experiment.arm(arm)
        assert claim.reads != claim.control
        assert len(claim.reads) == len(claim.control)
        assert claim.sentence.endswith(".")
        assert claim.rule


@EVERY
def test_every_claim_speaks_to_the_catalogue(experiment):
    for claim in experiment.claims:
        assert claim.catalogue
        for id in claim.catalogue:
            catalogue.entry(id)


@EVERY
def test_every_evidence_takes_one_run_for_each_arm_that_it_reads(experiment):
    for claim in experiment.claims:
        inspect.signature(claim.evidence).bind(*claim.reads)


def test_a_knob_is_read_from_text_as_from_a_value():
    settings = load("nine-against-one").settings(batch_size="1", learning_rate="0.3")
    assert settings["batch_size"] == 1
    assert settings["learning_rate"] == 0.3


@pytest.mark.parametrize("given", [0.1, ".1", "1e-1", "0.10", " +.1", np.float64(0.1), "0.1"])
def test_values_of_a_knob_are_compared_and_not_their_texts(given):
    assert load("nine-against-one").knob("clip").read(given) == 0.1


@pytest.mark.parametrize("given", ["", "nan", "0,1", "1e999", True, None, [0.1], np.array([0.1])])
def test_what_is_no_value_of_a_knob_is_refused(given):
    with pytest.raises(ValueError, match=r"got clip=.*; expected one of 0\.0, 0\.1, 1\.0"):
        load("nine-against-one").knob("clip").read(given)


def test_what_was_moved_by_hand_wins_over_the_arm():
    nine = load("nine-against-one")
    assert nine.settings("one by one", batch_size=5)["batch_size"] == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: load("eight-versus-two"), "expected one of both-fall"),
        (lambda: load("both-fall").arm("nothing"), "there is no arm 'nothing'"),
        (lambda: load("both-fall").run(speed=3), "there is no knob 'speed'"),
        (lambda: load("both-fall").run(noise=7), "got noise=7; expected one of 0.0"),
        (lambda: lessons.claim("both-fall/nothing"), "there is no claim 'nothing'"),
    ],
)
def test_a_name_or_value_that_does_not_exist_is_refused_with_those_that_do(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: load("Both-Fall"), "did you mean 'both-fall'?"),
        (lambda: load("both-fall").run("from scartch"), "did you mean 'from scratch'?"),
        (lambda: load("both-fall").run(nose=0.1), "did you mean 'noise'?"),
        (lambda: load("both-fall").run(seed=-1), "seed is -1; expected a whole number from 0"),
        (lambda: load("both-fall").run(seed=2**31), "seed is 2147483648"),
        (lambda: load("both-fall").run(seed=1.0), "seed is 1.0"),
        (lambda: load("both-fall").run(data="digits"), "data is 'digits'; expected Examples"),
        (lambda: load("both-fall").run(hooks=print), "expected Hooks"),
        (lambda: load(3), "there is no experiment 3"),
        (lambda: lessons.claim(3), "got the claim 3; expected experiment/claim"),
        (lambda: lessons.experiments("both-fall"), "expected a list of names"),
        (lambda: lessons.experiments([]), "expected a list of names"),
        (lambda: lessons.verdict("nine-against-one/settles", {}), "reads a run of arm 'base'"),
        (lambda: lessons.verdict("nine-against-one/settles", []), "by the names of their arms"),
        (lambda: lessons.verdict("nine-against-one/settles", {"base": 3}), "got 3"),
    ],
)
def test_other_bad_input_gets_a_sentence(wrong, said):
    with pytest.raises((ValueError, TypeError), match=re.escape(said)):
        wrong()


def test_the_seed_of_a_run_is_a_plain_number(tmp_path):
    run = load("nine-against-one").run(seed=np.int64(3))
    assert Run.load(run.save(tmp_path / "run.npz")).settings["seed"] == 3


@pytest.mark.parametrize("name", ["nine-against-one", "five-against-five", "both-fall"])
def test_an_interrupt_of_an_experiment_passes_through(name):
    def interrupt(run):
        if len(run.epochs) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(name).run("base", hooks=Hooks(on_epoch=interrupt))


def test_a_run_that_was_stopped_is_judged_by_no_claim_and_no_remedy():
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 5, on_epoch=seen.append)
    nine = load("nine-against-one")
    run = nine.run(hooks=hooks)
    runs = dict.fromkeys(nine.arms_read(), run)
    said = r"the one of arm '.*' ended with step 5 \(stopped in epoch 6\)"
    for claim in nine.claims:
        for control in (False, True):
            with pytest.raises(ValueError, match=said):
                claim.judge(runs, control=control)
    for remedy in nine.remedies:
        with pytest.raises(ValueError, match=f"remedy .* reads whole runs; {said}"):
            remedy.measure(runs)
    with pytest.raises(ValueError, match=said):
        SeedEvidence.of(nine, 0, runs)


def test_too_few_images_are_refused_with_the_numbers():
    few = load_digits().take(range(300))
    with pytest.raises(ValueError, match="needs 1400 images of 4 classes or more; got 300 of 10"):
        load("both-fall").run(data=few)


def test_a_run_says_where_it_comes_from_and_repeats_bit_for_bit():
    nine = load("nine-against-one")
    run, again = nine.run("one by one", seed=5), nine.run("one by one", seed=5)
    assert (run.train.logits == again.train.logits).all()
    assert run.settings["arm"] == "one by one"
    assert run.settings["knobs"]["batch_size"] == 1
    assert run.unit == "step"
    assert not (nine.run("one by one", seed=6).train.logits == run.train.logits).all()


def test_other_images_of_any_size_and_colour_will_do():
    coloured = glyphs(60, classes=6, size=20, channels=3, seed=1)
    run = load("nine-against-one").run(data=coloured, seed=2)
    assert run.train.loss[-1] == pytest.approx(0.325, abs=0.003)


def test_a_panel_can_stop_a_run_and_keeps_what_it_had():
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 5, on_epoch=seen.append)
    run = load("nine-against-one").run(hooks=hooks)
    assert "stopped" in run.settings
    assert len(run.epochs) == len(seen) == 6
