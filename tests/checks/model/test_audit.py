"""What `lossacc.audit` says, how it shows itself, and what it refuses."""

from __future__ import annotations

import math
import re
import subprocess
import sys

import numpy as np
import pytest

import lossacc
from lossacc.checks.model import Audit, Finding
from lossacc.checks.model.stages import DATA, LAST, STAGES, STEPS
from tests.checks.model.zoo import (
    ONE_HOT,
    STRING,
    YES,
    K,
    Subclassed,
    X,
    Y,
    compiled,
    dense,
    layers,
    model,
    sparse,
    tf,
)
from tests.project import words


def only(audit):
    (finding,) = audit.findings
    return finding


def cost(finding):
    """The cost of a perfect answer, as the finding names it."""
    return float(re.search(r"perfect answer costs (\d+\.\d+)", finding.what)[1])


@pytest.mark.parametrize("classes", [2, 3, 4, 10])
def test_names_the_floor_of_a_softmax_applied_twice(classes):
    end = dense(classes, "softmax"), layers.Reshape((classes,))
    finding = only(lossacc.audit(model(*end, loss=sparse()), X, Y % classes))
    assert finding.check == "softmax twice"
    assert cost(finding) == pytest.approx(math.log(1 + (classes - 1) / math.e), abs=6e-4)


@pytest.mark.parametrize("classes", [2, 4, 10])
def test_the_highest_value_is_that_of_an_answer_sure_of_one_wrong_class(classes):
    net = model(dense(classes, "softmax"), loss="mse")
    finding = only(lossacc.audit(net, X, np.eye(classes)[Y % classes]))
    assert finding.check == "highest value"
    costs = re.search(r"one wrong class costs ([\d.]+),", finding.what)[1]
    assert float(costs) == pytest.approx(2 / classes)  # off by 1 at two of the classes


def test_names_the_floor_of_a_tanh():
    finding = only(lossacc.audit(model(dense(activation="tanh"), loss=sparse()), X, Y))
    assert cost(finding) == pytest.approx(math.log(1 + 3 * math.exp(-2)), abs=6e-4)


@pytest.mark.filterwarnings("ignore:.*from_logits=True:UserWarning")
def test_a_softmax_with_from_logits_costs_here_what_it_should_and_twice_on_bare_outputs():
    """What is only "elsewhere": `evaluate` applies one softmax, a loss of the bare outputs two."""
    K.utils.set_random_seed(0)
    net = model(dense(activation="softmax"), loss=sparse())
    here = float(net.evaluate(X, Y, verbose=0))
    p = net.predict(X, verbose=0)
    once = float(-np.log(p[np.arange(len(Y)), Y]).mean())
    twice = float(-np.log(tf.nn.softmax(p).numpy()[np.arange(len(Y)), Y]).mean())
    assert here == pytest.approx(once, rel=1e-5)
    assert abs(once - twice) > 0.01
    assert float(sparse()(Y, p)) == pytest.approx(twice, rel=1e-5)
    assert only(lossacc.audit(net, X, Y)).severity == "elsewhere"


@pytest.mark.filterwarnings("ignore:.*from_logits=True:UserWarning")
def test_a_dropout_after_the_softmax_makes_training_apply_it_twice_and_evaluation_once():
    K.utils.set_random_seed(0)
    end = dense(activation="softmax"), layers.Dropout(0.3)
    net = model(*end, loss=sparse(), optimizer=K.optimizers.SGD(0.0))
    still, finding = lossacc.audit(net, X, Y).findings
    assert (still.check, finding.check) == ("optimizer", "softmax twice")
    assert "evaluate() goes back to the logits" in finding.what
    p = net.predict(X, verbose=0)
    once = float(-np.log(p[np.arange(len(Y)), Y]).mean())
    assert float(net.evaluate(X, Y, verbose=0)) == pytest.approx(once, rel=1e-5)
    net = model(
        dense(kernel_initializer=K.initializers.RandomNormal(stddev=5.0)),
        layers.Softmax(),
        end[1],
        loss=sparse(),
        optimizer=K.optimizers.SGD(0.0),
    )
    printed = net.fit(X, Y, verbose=0).history["loss"][0]
    assert printed < 2 < float(net.evaluate(X, Y, verbose=0))


@pytest.mark.filterwarnings("ignore:.*softmax over axis:UserWarning")
def test_a_softmax_over_one_unit_trains_on_and_answers_the_same():
    """In Keras on TensorFlow the loss falls all the same, and that is what is said."""
    K.utils.set_random_seed(0)
    net = model(dense(1, "softmax"), loss="binary_crossentropy")
    assert "the loss will fall" in only(lossacc.audit(net, X, YES)).what
    fallen = net.fit(X, YES, epochs=20, verbose=0).history["loss"]
    assert fallen[-1] < fallen[0] - 0.01
    np.testing.assert_allclose(net.predict(X, verbose=0), 1, rtol=1e-6)  # 1 - 2^-24 on some


def test_a_softmax_over_one_unit_gets_no_gradient_from_its_output():
    net = model(dense(1, "softmax"), loss="mse")
    assert "No gradient comes through" in only(lossacc.audit(net, X, YES)).what


def test_what_raises_is_quoted():
    net = model(dense(activation="softmax"), loss="categorical_crossentropy")
    what = only(lossacc.audit(net, X, Y)).what
    assert what == (
        "The labels are whole numbers; this loss wants rows of 4 numbers, and raises an error."
    )
    what = only(lossacc.audit(model(dense(), loss=lambda y, z: 1 / 0), X, Y)).what
    assert what.endswith("It says: division by zero")


def test_labels_from_1_are_recognised():
    finding = only(lossacc.audit(model(dense(), loss=sparse()), X, Y + 1))
    assert finding.what.startswith("The labels run from 1 to 4")
    assert finding.remedy == "Subtract 1 from the labels."


def test_a_stage_with_something_wrong_is_the_last():
    audit = lossacc.audit(model(dense(), loss=STRING), X, Y)
    stages = (DATA, STEPS, *STAGES, LAST)
    names = tuple(check.name for stage in stages for check in stage)
    assert audit.checked + audit.unchecked == names
    assert "flat loss" in audit.unchecked
    assert len(set(names)) == len(names)


def test_what_is_elsewhere_only_stops_nothing():
    assert not lossacc.audit(model(dense(activation="softmax"), loss=sparse()), X, Y).unchecked


def test_says_what_was_seen():
    K.utils.set_random_seed(0)
    seen = lossacc.audit(model(dense(), loss=sparse()), X, Y).seen
    assert seen.startswith("Seen: 64 of 90 examples, 4 output units; it gives numbers of any size.")
    assert "an answer that knows nothing costs 1.386." in seen


def test_names_a_step_of_its_own():
    class Own(K.Sequential):
        def train_step(self, data):
            return super().train_step(data)

    net = compiled(Own([layers.Input((6,)), dense()]), sparse())
    assert lossacc.audit(net, X, Y).seen.endswith("has a train_step of its own, not examined.")


def test_shows_the_gravest_first():
    some = [Finding("a", "note", "A.", "Do a."), Finding("b", "wrong", "<B>.", "Do b."),
            Finding("c", "elsewhere", "C.", "Do c.")]  # fmt: skip
    audit = Audit("Seen.", tuple(some), ("a", "b", "c"), ("d",))
    assert [finding.check for finding in audit.findings] == ["b", "c", "a"]
    assert audit.wrong == (some[1],)
    assert str(audit).splitlines()[:3] == [
        "Found: 1 wrong, 1 elsewhere, 1 note.",
        "wrong (b): <B>.",
        "  To do: Do b.",
    ]
    assert "&lt;B&gt;." in audit._repr_html_()
    assert str(Audit("Seen.", (), ("a",))) == "Nothing found.\nSeen.\n1 checks: a."
    assert "<table>" not in Audit("Seen.", (), ("a",))._repr_html_()


def several_outputs():
    inputs = layers.Input((6,))
    net = K.Model(inputs, [dense()(inputs), dense()(inputs)])
    return compiled(net, sparse())


def unbuilt():
    return compiled(Subclassed(), sparse())


def half_built():
    net = Subclassed()
    net.built = True
    return compiled(net, sparse())


def without_loss():
    net = K.Sequential([layers.Input((6,)), dense()])
    net.compile("sgd")
    return net


def series():
    return compiled(K.Sequential([layers.Input((7, 6)), dense()]), sparse())


def without_graph():
    def by_numpy(z):
        return tf.constant(z.numpy()) if isinstance(z, tf.Tensor) else z

    net = Subclassed(by_numpy)
    net(X[:1])
    return compiled(net, sparse())


def good():
    return model(dense(), loss=sparse())


def softmax():
    return model(dense(activation="softmax"), loss="categorical_crossentropy")


RNG = np.random.default_rng(0)
REFUSED = [
    (lambda: "a model", X, Y, "model is 'a model'; expected a Keras model"),
    (lambda: K.Sequential([layers.Input((6,)), dense()]), X, Y, "is not compiled"),
    (without_loss, X, Y, "is compiled without a loss"),
    (unbuilt, X, Y, "is not built"),
    (half_built, X, Y, r"apply the model to a few images first, as in model\(x\[:1\]\)"),
    (several_outputs, X, Y, "and y is one array; expected labels for each"),
    (series, RNG.random((90, 7, 6)), Y, r"outputs of shape \(90, 7, 4\); expected \(90, 7\)"),
    (without_graph, X, Y, "cannot be run in a graph, as fit does"),
    (lambda: model(dense(), loss=[sparse(), sparse()]), X, Y, "got a model with 2 losses"),
    (good, X[:, :5], Y, "as model .* takes it"),
    (good, X, Y[:50], "expected as many inputs as labels"),
    (good, X[:0], Y[:0], "N at least 1"),
    (good, X, Y + 0.5, "expected whole numbers"),
    (good, X, np.where(Y == 1, np.nan, Y), "y holds nan at place 1"),
    (good, X, Y.astype(str), "y holds names, such as .*sorted"),
    (good, X, Y[:, None, None], r"labels of shape \(90, 1, 1\)"),
    (softmax, X, np.minimum(ONE_HOT + np.roll(ONE_HOT, 1, 1), 1), "a row .* that sums to 2"),
]


@pytest.mark.parametrize(("build", "x", "y", "says"), REFUSED, ids=words)
def test_refuses_with_a_sentence(build, x, y, says):
    with pytest.raises((TypeError, ValueError), match=says):
        lossacc.audit(build(), x, y)


def test_takes_tensors_lists_and_wide_numbers():
    for x, y in ((tf.constant(X), tf.constant(Y)), (X.tolist(), list(Y)), (X.astype(float), Y)):
        assert not lossacc.audit(good(), x, y).findings


def test_the_public_names_need_no_tensorflow():
    code = "import sys, lossacc; lossacc.recognise(2.3, 10); sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert lossacc.audit.__module__ == "lossacc.checks.model"
