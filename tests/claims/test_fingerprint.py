"""What a fingerprint sees: settings, rules, evidence and code; and what it does not see."""

import ast
import dataclasses
import shutil
import textwrap

import pytest

from lossacc import lessons
from lossacc.claims import source_code
from lossacc.claims.experiment import Arm
from lossacc.claims.fingerprint import changes, fingerprint, measured_parts, remedy_name
from lossacc.claims.rules import at_least

SURE = lessons.experiment("sure-and-wrong")


def differs(experiment):
    return changes(fingerprint(SURE), fingerprint(experiment))


def test_nothing_differs_where_nothing_changed():
    assert differs(SURE) == ()


def test_it_holds_every_arm_claim_and_the_whole_loop():
    parts = fingerprint(SURE)
    for part in (
        "settings of arm base",
        "rule of claim turns up",
        "evidence of claim turns up",
        "code of trains",
        "code of train",
        "code of Loop._walk",
        "code of small_cnn",
        "code of cross_entropy",
        "code of load_digits",
        "code of sign_test",
    ):
        assert part in parts
    assert not [part for part in parts if "lab" in part.lower() and "label" not in part.lower()]


@pytest.mark.parametrize("name", lessons.names())
def test_every_experiment_has_one_and_its_remedies_have_names_of_their_own(name):
    experiment = lessons.experiment(name)
    parts = fingerprint(experiment)
    assert len({remedy_name(one) for one in experiment.remedies}) == len(experiment.remedies)
    for claim in experiment.claims:
        assert f"code of {claim.evidence.__name__}" in parts
    assert all(len(part) == 10 for part in parts.values())


def test_a_moved_knob_shows_in_the_arms_that_are_read_and_nowhere_else():
    arms = tuple(
        dataclasses.replace(arm, settings={"fresh_noise": 0.3})
        if arm.name == "fresh noise"
        else arm
        for arm in SURE.arms
    )
    changed = dataclasses.replace(SURE, arms=arms)
    assert differs(changed) == ("settings of arm fresh noise changed",)
    more = dataclasses.replace(SURE, arms=(*SURE.arms, Arm("unread", "No.", {"noise": 0.1})))
    assert differs(more) == ()


def test_a_rule_judges_and_does_not_measure():
    first, *rest = SURE.claims
    other = dataclasses.replace(first, rule=at_least("rise of the loss", 0.2))
    changed = dataclasses.replace(SURE, claims=(other, *rest))
    assert differs(changed) == ("rule of claim turns up changed",)
    assert changes(measured_parts(fingerprint(SURE)), measured_parts(fingerprint(changed))) == ()


def test_a_sentence_says_nothing_about_the_numbers():
    claims = tuple(dataclasses.replace(one, sentence="Other.", measured="") for one in SURE.claims)
    assert differs(dataclasses.replace(SURE, claims=claims, title="Other", question="?")) == ()


def test_a_function_that_brings_something_along_is_refused():
    def made(by):
        return lambda run: {"rise of the loss": by}

    first = dataclasses.replace(SURE.claims[0], evidence=made(3))
    with pytest.raises(TypeError, match="expected a function of a module's top, or a lambda"):
        fingerprint(dataclasses.replace(SURE, claims=(first,)))


PLAIN = """
from pkg.other import helper
LIMIT = 3
class Box:
    sides = 4
    def __init__(self, n): self.n = n
    def area(self): return self.n ** 2
    def __repr__(self): return "a box"
    def unread(self): return helper(self.n)
def start(x):
    if x > LIMIT:
        raise ValueError("too much")
    return Box(x).area()
def apart(): return 0
"""
OTHER = "def helper(x): return deeper(x)\ndef deeper(x): return x + 1\n"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two files in place of this one; gives a way to rewrite a file."""
    (tmp_path / "pkg").mkdir()
    monkeypatch.setattr(source_code, "PACKAGE", "pkg")
    monkeypatch.setattr(source_code, "_ROOT", tmp_path / "pkg")

    def reached(main=PLAIN, other=OTHER, *, start=("pkg.main", "start"), moved=""):
        source_code._module.cache_clear()
        shutil.rmtree(tmp_path / "pkg")
        (tmp_path / "pkg").mkdir()
        (tmp_path / "pkg" / "main.py").write_text(textwrap.dedent(main))
        (tmp_path / "pkg" / (moved or "other.py")).write_text(textwrap.dedent(other))
        return source_code.reached([start])

    yield reached
    source_code._module.cache_clear()


def test_only_what_is_reached_is_in_it(package):
    assert set(package()) == {"start", "LIMIT", "Box", "Box.__init__", "Box.area"}


def test_a_method_that_is_used_brings_what_it_reaches_in_other_files(package):
    found = package(PLAIN.replace(".area()", ".unread()"))
    assert {"Box.unread", "helper", "deeper"} <= set(found)
    assert "Box.area" not in found


def test_every_method_of_a_class_that_keras_calls_is_in_it(package):
    assert "Box.unread" in package(PLAIN.replace("class Box:", "class Box(keras.Layer):"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def start(x):", 'def start(x: "int") -> int:\n    """Start."""\n    # a comment'),
        ("LIMIT = 3", "LIMIT = 3  # three"),
        ('"too much"', 'f"got {x}; expected less"'),
        ('"a box"', '"another"'),
        ("def apart(): return 0", "def apart(): return 1"),
        ("self.n ** 2", "(\n        self.n ** 2\n    )"),
        ("from pkg.other import helper", "import os\nfrom pkg.other import helper as helper"),
    ],
)
def test_words_layout_annotations_and_strangers_change_nothing(package, old, new):
    assert old in PLAIN
    assert package(PLAIN.replace(old, new)) == package()


def test_a_move_to_another_file_changes_nothing(package):
    used = PLAIN.replace(".area()", ".unread()")
    before = package(used)
    assert package(used.replace("pkg.other", "pkg.elsewhere"), moved="elsewhere.py") == before
    assert package(used.replace("from pkg.other import helper", OTHER), "") == before


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("self.n ** 2", "self.n ** 3", "Box.area"),
        ("LIMIT = 3", "LIMIT = 4", "LIMIT"),
        ("x > LIMIT", "x >= LIMIT", "start"),
        ("sides = 4", "sides = 5", "Box"),
        ("ValueError", "TypeError", "start"),
    ],
)
def test_what_computes_something_else_shows_under_its_name(package, old, new, part):
    before, now = package(), package(PLAIN.replace(old, new))
    assert [name for name in before if before[name] != now[name]] == [part]


def test_an_f_string_is_the_same_wherever_python_cuts_it():
    whole = ast.JoinedStr([ast.Constant("ab"), ast.Name("x")])
    cut = ast.JoinedStr([ast.Constant("a"), ast.Constant("b"), ast.Name("x")])
    assert source_code.syntax(cut) == source_code.syntax(whole)
