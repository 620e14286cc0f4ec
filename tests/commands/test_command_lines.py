"""A table of bad command lines: what each must say, and that nothing is trained before it."""

import os
import subprocess
import sys

import pytest

from lossacc.claims import cache
from lossacc.commands.cli import main
from lossacc.data import glyphs, save_folder

# In a line, FILE is a file that is there, TEXT one that holds text, SMALL a folder of 30 images of
# 3 classes, RARE one of 2000 in which a class has 40, NEW what is not there.
WHOLE = "expected a whole number of at least 1"
SEED = "expected a whole number from 0 to 2147483647"
PAIR = "expected a:b with a < b, such as 0:20"
RANGE = "expected a:b with 0 <= a < b, of 10,000 seeds at most, none above 2,147,483,647"
NO_DATA = "There is no data set or folder"
NAMES = "expected one of both-fall, sure-and-wrong"
VERIFY, RUN, RECIPE = "verify nine-against-one", "run nine-against-one", "recipe three-boxes"

TABLE = [
    ("", "the following arguments are required: COMMAND"),
    ("''", "there is no command ''; expected one of lab, doctor"),
    ("rum", "there is no command 'rum'"),
    ("rum", "(did you mean 'run'?)"),
    ("Verify", "(did you mean 'verify'?)"),
    ("verdict", "(did you mean 'verdicts'?)"),
    ("help", "there is no command 'help'"),
    ("--version", "the following arguments are required: COMMAND"),
    ("--seed 3", "invalid choice: '3' (choose from"),
    ("experiments both-fall", "unrecognized arguments: both-fall"),
    ("experiments --all", "unrecognized arguments: --all"),
    ("doctor now", "unrecognized arguments: now"),
    ("doctor --fast", "unrecognized arguments: --fast"),
    ("verdicts both-fall", "unrecognized arguments: both-fall"),
    ("results nothing", "there is no experiment 'nothing'; " + NAMES),
    ("results both-fal", "(did you mean 'both-fall'?)"),
    ("results both-fall sure", "there is no experiment 'sure'"),
    ("results ''", "there is no experiment ''"),
    ("results both-fall --json x", "unrecognized arguments: --json"),
    # run
    ("run", "the following arguments are required: name"),
    ("run ''", "there is no experiment ''"),
    ("run nothing", NAMES),
    ("run Nine-Against-One", "(did you mean 'nine-against-one'?)"),
    ("run nine_against_one", "(did you mean 'nine-against-one'?)"),
    ("run ../nine-against-one", "there is no experiment '../nine-against-one'"),
    (f"{RUN} clip", "got 'clip'; expected knob=value"),
    (f"{RUN} clip 0.1", "got 'clip'; expected knob=value"),
    (f"{RUN} clip=", "got clip=''; expected one of 0.0, 0.1, 1.0"),
    (f"{RUN} =0.1", "there is no knob ''"),
    (f"{RUN} =", "there is no knob ''"),
    (f"{RUN} clip=0.2", "got clip='0.2'; expected one of"),
    (f"{RUN} clip=0,1", "got clip='0,1'; expected one of"),
    (f"{RUN} clip=nan", "got clip='nan'; expected one of"),
    (f"{RUN} clip=inf", "got clip='inf'; expected one of"),
    (f"{RUN} clip=-0.1", "got clip='-0.1'; expected one of"),
    (f"{RUN} clip==0.1", "got clip='=0.1'; expected one of"),
    (f"{RUN} clip=0.1 clip=1", "got clip=0.1 and clip=1; expected each knob once"),
    (f"{RUN} clipp=0.1", "(did you mean 'clip'?)"),
    (f"{RUN} 'clip =0.1'", "there is no knob 'clip '"),
    (f"{RUN} seed=3", "got 'seed=3', which is no knob; expected --seed 3"),
    (f"{RUN} data=glyphs", "which is no knob; expected --data glyphs"),
    (f"{RUN} arm=base", "which is no knob; expected --arm base"),
    (f"{RUN} out=.", "which is no knob; expected --out ."),
    (f"{RUN} hooks=3", "there is no knob 'hooks'"),
    (f"{RUN} self=3", "there is no knob 'self'"),
    (f"{RUN} knobs=3", "there is no knob 'knobs'"),
    (f"{RUN} --arm x", "there is no arm 'x'; expected one of base"),
    (f"{RUN} --arm ''", "there is no arm ''"),
    (f"{RUN} --arm bsae", "(did you mean 'base'?)"),
    (f"{RUN} --arm", "argument --arm: expected one argument"),
    (f"{RUN} --seed", "argument --seed: expected one argument"),
    (f"{RUN} --seed x", f"argument --seed: got 'x'; {SEED}"),
    (f"{RUN} --seed -1", f"got '-1'; {SEED}"),
    (f"{RUN} --seed 1.5", f"got '1.5'; {SEED}"),
    (f"{RUN} --seed ''", f"got ''; {SEED}"),
    (f"{RUN} --seed ²", f"got '²'; {SEED}"),
    (f"{RUN} --seed ٣", f"got '٣'; {SEED}"),
    (f"{RUN} --seed 1_0", f"got '1_0'; {SEED}"),
    (f"{RUN} --seed 2147483648", f"got '2147483648'; {SEED}"),
    (f"{RUN} --seed {'9' * 5000}", SEED),
    (f"{RUN} --seed 0:3", f"got '0:3'; {SEED}"),
    (f"{RUN} --seeds 0:3", "unrecognized arguments: --seeds 0:3"),
    (f"{RUN} --data ''", "got ''; expected a data set, or a folder of folders"),
    (f"{RUN} --data ' '", "expected a data set, or a folder of folders"),
    (f"{RUN} --data NEW", NO_DATA),
    (f"{RUN} --data digit", NO_DATA),
    (f"{RUN} --data TEXT", "text.txt"),
    (f"{RUN} --data EMPTY", "empty"),
    (f"{RUN} --size 24", "got size=24 and channels=None with no data; expected a folder"),
    (f"{RUN} --size 24 --data digits", "with data='digits', which comes as it is"),
    (f"{RUN} --size 7 --data SMALL", "size is 7; expected a whole number from 8 to 256"),
    (f"{RUN} --size big --data SMALL", f"argument --size: got 'big'; {WHOLE}"),
    (f"{RUN} --channels 2 --data SMALL", "channels is 2; expected 1 (grey) or 3 (colour)"),
    (f"{RUN} size=24", "got 'size=24', which is no knob; expected --size 24"),
    ("run both-fall --data SMALL", "both-fall needs 1400 images of 4 classes or more; got 30 of 3"),
    (f"{RUN} --out ''", "got ''; expected a folder"),
    (f"{RUN} --out TEXT", "cannot be made: there is a file of that name"),
    (f"{RUN} --out TEXT/new", "cannot be made: "),
    (f"{RUN} --out /proc/new", "--out: '/proc/new' cannot be made: "),
    (f"{RUN} --out {'x' * 300}", "its name is too long"),
    (f"{RUN} --jobs 3", "unrecognized arguments: --jobs"),
    # verify
    ("verify nothing", NAMES),
    ("verify nine-against-one nothing", "there is no experiment 'nothing'"),
    ("verify ''", "there is no experiment ''"),
    ("verify nine-against-one/settles", "there is no experiment 'nine-against-one/settles'"),
    ("verify two-mode", "(did you mean 'two-modes'?)"),
    (f"{VERIFY} --seeds", "argument --seeds: expected one argument"),
    (f"{VERIFY} --seeds ''", f"got ''; {PAIR}"),
    (f"{VERIFY} --seeds 20", f"got '20'; {PAIR}"),
    (f"{VERIFY} --seeds :", f"got ':'; {PAIR}"),
    (f"{VERIFY} --seeds 0:", f"got '0:'; {PAIR}"),
    (f"{VERIFY} --seeds :3", f"got ':3'; {PAIR}"),
    (f"{VERIFY} --seeds 0:3:5", f"got '0:3:5'; {PAIR}"),
    (f"{VERIFY} --seeds 0-3", f"got '0-3'; {PAIR}"),
    (f"{VERIFY} --seeds 0,1,2", f"got '0,1,2'; {PAIR}"),
    (f"{VERIFY} --seeds a:b", f"got 'a:b'; {PAIR}"),
    (f"{VERIFY} --seeds 0:3.5", f"got '0:3.5'; {PAIR}"),
    (f"{VERIFY} --seeds '0: 3'", f"got '0: 3'; {PAIR}"),
    (f"{VERIFY} --seeds ²:3", f"got '²:3'; {PAIR}"),
    (f"{VERIFY} --seeds 1:٣", f"got '1:٣'; {PAIR}"),
    (f"{VERIFY} --seeds 4:4", f"got seeds 4:4; {RANGE}"),
    (f"{VERIFY} --seeds 5:2", f"got seeds 5:2; {RANGE}"),
    (f"{VERIFY} --seeds=-3:2", f"got seeds -3:2; {RANGE}"),
    (f"{VERIFY} --seeds 0:10001", f"got seeds 0:10001; {RANGE}"),
    (f"{VERIFY} --seeds 0:999999999999", RANGE),
    (f"{VERIFY} --seeds 0:99999999999999999999", PAIR),
    (f"{VERIFY} --seeds 2147483647:2147483649", RANGE),
    (f"{VERIFY} --jobs 0", f"got '0'; {WHOLE}"),
    (f"{VERIFY} --jobs -1", f"got '-1'; {WHOLE}"),
    (f"{VERIFY} --jobs 1.5", f"got '1.5'; {WHOLE}"),
    (f"{VERIFY} --jobs all", f"got 'all'; {WHOLE}"),
    (f"{VERIFY} --jobs ''", f"got ''; {WHOLE}"),
    (f"{VERIFY} --data ''", "got ''; expected a data set, or a folder of folders"),
    (f"{VERIFY} --data NEW", NO_DATA),
    (f"{VERIFY} --data TEXT", "text.txt"),
    (f"{VERIFY} --data EMPTY", "empty"),
    (f"{VERIFY} --size 24", "got size=24 and channels=None with no data; expected a folder"),
    (f"{VERIFY} --channels 3 --data glyphs", "with data='glyphs', which comes as it is"),
    (f"{VERIFY} --size 257 --data SMALL", "size is 257; expected a whole number from 8 to 256"),
    (f"{VERIFY} --size 0 --data SMALL", f"argument --size: got '0'; {WHOLE}"),
    (f"{VERIFY} --channels 4 --data SMALL", "channels is 4; expected 1 (grey) or 3 (colour)"),
    (f"{VERIFY} --size 24 --data NEW", NO_DATA),
    (f"{VERIFY} --size 24 --commit", "expected the experiments' own"),
    (f"{VERIFY} --size 24 --data SMALL --commit-as mine", "got --commit-as with --size or"),
    (f"{VERIFY} --judge --size 24", "got --judge with other data or arithmetic"),
    (f"{VERIFY} --confirm --size 24", "got --confirm with --size, which it does not read"),
    ("verify both-fall --data SMALL", "both-fall needs 1400 images of 4 classes or more"),
    ("verify --data SMALL", "both-fall needs 1400 images of 4 classes or more"),
    ("verify long-tail --data RARE", "long-tail, arm 'base', cannot use folder"),
    ("verify long-tail --data RARE", "counts asks for 100 examples of class 'A'; expected at most"),
    (f"{VERIFY} --arithmetic mmx", "there is no arithmetic 'mmx'"),
    (f"{VERIFY} --arithmetic ''", "there is no arithmetic ''"),
    (f"{VERIFY} --cluster", "argument --cluster: expected one argument"),
    (f"{VERIFY} --cluster ''", "got ''; expected a scheduler's address"),
    (f"{VERIFY} --cluster tcp://a:1 --jobs 2", "got jobs=2 with a cluster; expected none"),
    (
        f"{VERIFY} --cluster tcp://a:1 --arithmetic copy-0",
        "'copy-0' with a cluster; expected 'own'",
    ),
    (f"{VERIFY} --judge --cluster tcp://a:1", "got --judge with --cluster, which it does not read"),
    (f"{VERIFY} --json ''", "got ''; expected a file"),
    (f"{VERIFY} --json SMALL", "cannot be written: it is a folder"),
    (f"{VERIFY} --json .", "--json: '.' cannot be written: it is a folder"),
    (f"{VERIFY} --json NEW/r.json", "there is no folder"),
    (f"{VERIFY} --json TEXT/r.json", "is not a folder"),
    (f"{VERIFY} --json /proc/r.json", "--json: '/proc/r.json' cannot be written: "),
    (f"{VERIFY} --judge --confirm", "argument --confirm: not allowed with argument --judge"),
    (f"{VERIFY} --judge --seeds 0:3", "got --judge with --seeds, which it does not read"),
    (f"{VERIFY} --judge --jobs 2 --fresh", "got --judge with --jobs, --fresh, which"),
    (f"{VERIFY} --judge --data glyphs", "got --judge with other data or arithmetic"),
    (f"{VERIFY} --judge --arithmetic copy-0", "got --judge with other data or arithmetic"),
    (f"{VERIFY} --confirm --data glyphs", "got --confirm with --data, which it does not read"),
    (f"{VERIFY} --confirm --json r.json", "got --confirm with --json"),
    ("verify both-fall --confirm --seeds 9000:9001", "expected some of those that are committed"),
    (f"{VERIFY} --commit --data glyphs", "expected the experiments' own"),
    (f"{VERIFY} --commit --arithmetic copy-0", "expected the experiments' own"),
    (f"{VERIFY} --out x", "unrecognized arguments: --out"),
    (f"{VERIFY} --fresh=1", "argument --fresh: ignored explicit argument '1'"),
    (f"{VERIFY} --j 3", "ambiguous option: --j could match"),
    # recipe
    ("recipe", "the following arguments are required: name"),
    ("recipe nothing", "there is no recipe 'nothing'; expected three-boxes"),
    ("recipe ''", "there is no recipe ''"),
    (f"{RECIPE} --epochs 0", f"argument --epochs: got '0'; {WHOLE}"),
    (f"{RECIPE} --epochs -3", f"got '-3'; {WHOLE}"),
    (f"{RECIPE} --epochs 1e2", f"got '1e2'; {WHOLE}"),
    (f"{RECIPE} --batch-size 0", f"argument --batch-size: got '0'; {WHOLE}"),
    (f"{RECIPE} --limit 0", f"argument --limit: got '0'; {WHOLE}"),
    (f"{RECIPE} --width 0", f"argument --width: got '0'; {WHOLE}"),
    (f"{RECIPE} --width wide", f"got 'wide'; {WHOLE}"),
    (f"{RECIPE} --seed -1", SEED),
    (f"{RECIPE} --data ''", "got ''; expected a data set, or a folder of folders"),
    (f"{RECIPE} --out ''", "got ''; expected a folder"),
    (f"{RECIPE} --out TEXT", "cannot be made: there is a file of that name"),
    (f"{RECIPE} --out /proc/new", "--out: '/proc/new' cannot be made: "),
    (f"{RECIPE} --data NEW --out OUT", NO_DATA),
    (f"{RECIPE} --data glyphs --out SMALL", "is not empty and holds no training"),
    # lab
    ("lab 99", "No notebook is called '99'"),
    ("lab nothing", "No notebook is called 'nothing'"),
    ("lab two", "Several notebooks are called 'two'"),
    ("lab ''", "Several notebooks are called ''"),
    ("lab ²", "No notebook is called '²'"),
    ("lab ../..", "No notebook is called '../..'"),
]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """What the words in capitals stand for."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "text.txt").write_text("text")
    (folder / "empty").mkdir()
    save_folder(glyphs(30, classes=3, seed=0), folder / "small")
    many = glyphs(2000, classes=10, size=16, seed=0)
    first = (many.labels == 0).nonzero()[0][40:]
    save_folder(many.take([n for n in range(2000) if n not in set(first)]), folder / "rare")
    names = {"TEXT": "text.txt", "EMPTY": "empty", "SMALL": "small", "RARE": "rare"}
    return {
        word: str(folder / name) for word, name in (*names.items(), ("NEW", "new"), ("OUT", "o"))
    }


@pytest.fixture(autouse=True)
def nothing_is_trained(monkeypatch, tmp_path):
    """Fail where a training would begin, and keep nothing in the user's folders."""

    def begin(*what, **how):
        raise AssertionError("it began to train")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "user_folder", lambda: tmp_path / "kept")
    monkeypatch.setattr("lossacc.training.train._go", begin)
    monkeypatch.setattr("lossacc.claims.measure._each", begin)


def words_of(line, places):
    import shlex

    words = shlex.split(line)
    for name, path in places.items():
        words = [word.replace(name, path) for word in words]
    return words


@pytest.mark.parametrize(("line", "said"), TABLE, ids=[line[:60] for line, _ in TABLE])
def test_a_bad_command_line_gets_a_sentence(line, said, places, capsys):
    status = main(words_of(line, places))
    heard = capsys.readouterr()
    assert said in heard.err
    assert status == (1 if line.startswith("lab") else 2)
    assert heard.out == ""
    assert heard.err.startswith("lossacc: ") or line.startswith("lab")
    assert len(heard.err.splitlines()) == 1 or line.startswith("lab")


@pytest.mark.parametrize(
    ("line", "said", "status"),
    [
        (["rum"], "lossacc: there is no command 'rum'", 2),
        (["run", "nine-against-one", "seed=3"], "lossacc: got 'seed=3', which is no knob", 2),
        (["verify", "nine-against-one", "--jobs", "0"], "lossacc: argument --jobs: got '0'", 2),
    ],
)
def test_a_process_ends_with_the_status_and_no_trace(line, said, status):
    done = subprocess.run([sys.executable, "-m", "lossacc", *line], capture_output=True, text=True)
    assert done.returncode == status
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no head")
def test_a_reader_who_leaves_and_a_terminal_of_few_signs_are_no_error():
    program = f"{sys.executable} -m lossacc experiments"
    done = subprocess.run(f"{program} | head -1", shell=True, capture_output=True, text=True)
    assert done.stderr == ""
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "lossacc", "results", "both-fall"]
    done = subprocess.run(words, env=narrow, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "held" in done.stdout
