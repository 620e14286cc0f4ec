"""The commands, called as a person calls them."""

import contextlib
import subprocess
import sys

import pytest

from lossacc.claims import cache
from lossacc.commands.cli import main
from lossacc.runs.run import Run


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    """Keep what is measured here, not in the user's cache."""
    monkeypatch.setattr(cache, "user_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


def test_experiments_lists_every_knob_and_claim(capsys):
    from lossacc import lessons

    assert main(["experiments"]) == 0
    said = capsys.readouterr().out
    for name in lessons.names():
        for claim in lessons.experiment(name).claims:
            assert claim.sentence in said


def test_run_trains_tells_judges_and_saves(capsys, tmp_path):
    status = main(["run", "nine-against-one", "--seed", "4", "--out", str(tmp_path / "new")])
    said = capsys.readouterr().out
    assert status == 0
    assert "stayed wrong" in said
    assert "Holds: With all ten images in every step" in said
    saved = Run.load(tmp_path / "new" / "nine-against-one-base-4.npz")
    assert saved.train.accuracy[-1] == pytest.approx(0.9)
    assert (tmp_path / "new" / "nine-against-one-base-4.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("cut", "status"), [(KeyboardInterrupt, 130), (RuntimeError("it\nbroke"), 1)]
)
def test_a_run_that_ends_early_is_judged_by_nothing_and_saved_under_a_name_that_says_so(
    cut, status, monkeypatch, capsys, tmp_path
):
    from lossacc.commands import run as command

    @contextlib.contextmanager
    def cutting(what):
        def tell(done, of):
            if done == 5:
                raise cut

        yield tell

    monkeypatch.setattr(command, "progress", cutting)
    words = ["run", "nine-against-one", "clip=.1", "--seed", "4", "--out", str(tmp_path)]
    assert main(words) == status
    heard = capsys.readouterr()
    assert heard.out == ""
    saved = tmp_path / "nine-against-one-base-4-clip=0.1.stopped.npz"
    assert heard.err.splitlines()[0] == (
        f"lossacc: stopped after step 5; what there is, is in {saved}"
    )
    assert "Traceback" not in heard.err
    assert [path.name for path in tmp_path.iterdir()] == [saved.name]
    run = Run.load(saved)
    assert run.settings["stopped"] == "stopped after step 5"
    assert run.unit == "step"
    assert run.settings["knobs"]["clip"] == 0.1


def test_an_interrupt_after_the_training_loses_nothing(monkeypatch, capsys, tmp_path):
    from lossacc.commands import run as command

    def interrupt(run):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "tell", interrupt)
    assert main(["run", "nine-against-one", "--out", str(tmp_path)]) == 130
    assert "stopped" not in Run.load(tmp_path / "nine-against-one-base-0.npz").settings
    assert "nine-against-one-base-0.npz" in capsys.readouterr().out


def test_run_says_that_no_claim_covers_a_moved_knob(capsys, tmp_path):
    (tmp_path / "nine-against-one-base-0.npz").write_text("an earlier run")
    main(["run", "nine-against-one", "outliers=3", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert (tmp_path / "nine-against-one-base-0.npz").read_text() == "an earlier run"
    assert Run.load(tmp_path / "nine-against-one-base-0-outliers=3.npz").settings["seed"] == 0
    assert "No claim covers these knob settings." in said
    assert "Holds" not in said


def test_verify_writes_its_report_and_ends_well(capsys, tmp_path):
    words = ["verify", "nine-against-one", "--seeds", "5:6", "--jobs", "1"]
    assert main([*words, "--json", str(tmp_path / "r.json")]) == 0
    assert "held 1 of 1, control 0 of 1" in capsys.readouterr().out
    assert (tmp_path / "r.json").exists()


def test_verify_ends_with_1_where_a_claim_is_refuted(monkeypatch, capsys):
    import dataclasses
    import math

    from lossacc.claims.rules import below, least
    from lossacc.lessons.nine_against_one import nine_against_one

    whole = nine_against_one.EXPERIMENT
    never = dataclasses.replace(whole.claims[0], rule=below(least(), -math.inf))
    monkeypatch.setattr(nine_against_one, "EXPERIMENT", dataclasses.replace(whole, claims=(never,)))
    assert main(["verify", "nine-against-one", "--seeds", "0:1", "--jobs", "1"]) == 0
    assert "FALLS SHORT, by no more than chance explains" in capsys.readouterr().out
    assert main(["verify", "nine-against-one", "--seeds", "0:2", "--jobs", "1"]) == 1
    assert "REFUTED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "nothing"], "there is no experiment 'nothing'"),
        (["run", "both-fall", "noise"], "expected knob=value"),
        (["run", "both-fall", "noise=9"], "got noise='9'; expected one of 0.0, 0.1, 0.3"),
        (["run", "both-fall", "--arm", "x"], "there is no arm 'x'"),
        (["run", "both-fall", "--data", "/nowhere"], "/nowhere"),
        (["verify", "--seeds", "20"], "expected a:b"),
        (["verify", "--seeds", "4:4"], "expected a:b"),
        (["verify", "both-fall", "--commit", "--data", "glyphs"], "expected the experiments' own"),
        (["results", "nothing"], "there is no experiment 'nothing'"),
    ],
)
def test_bad_input_gets_a_sentence_and_no_trace(words, said, capsys):
    assert main(words) == 2
    heard = capsys.readouterr()
    assert said in heard.err
    assert "Traceback" not in heard.err
    assert len(heard.err.splitlines()) == 1


def test_the_package_and_the_command_start_without_tensorflow():
    program = (
        "import sys, lossacc; from lossacc.commands.cli import main; main(['experiments'])\n"
        "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules), 'too much imported'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_package_itself_can_be_run():
    command = [sys.executable, "-m", "lossacc", "experiments"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "both-fall" in done.stdout
