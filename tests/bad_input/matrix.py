"""Calls with one argument that is bad, for every kind of argument and every way to be bad.

`PLAIN` and `MODELS` give for a public callable a call that is right, with the kinds of arguments;
`Call.bad` puts each bad value of its kind in the place of each of these, one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_NO_NUMBER = "None; '3'; [1, 2]; True; 1j; nan; inf"
_NO_WHOLE = "None; '3'; 2.5; True; nan; [1]; -huge"
_NO_ARRAY = "None; 'abc'; [[1, 2], [3]]; complex_ones; dates; texts; yes; {}; masked"
_NO_LABELS = "None; 'abc'; []; [0.5]; [nan]; one_hot; dates; texts; complex_ones"

# Kind to values that are none of it, as they are written.
_BAD = {
    "number": _NO_NUMBER,
    "share": f"{_NO_NUMBER}; -0.1; 1.1; huge",
    "positive": f"{_NO_NUMBER}; 0; -1; huge",
    "loss": "None; '3'; [1, 2]; True; 1j; nan; -0.1",
    "counting": f"{_NO_WHOLE}; 0",
    "classes": f"{_NO_WHOLE}; 1",
    "seed": f"{_NO_WHOLE}; -1",
    "row": f"{_NO_WHOLE}; 99; -99",
    "logits": f"{_NO_ARRAY}; []; [1.0, 2.0]; np.ones((12, 1))",
    "labels": f"{_NO_LABELS}; y + 1; y - 1; y[:5]",
    "any labels": _NO_LABELS,
    "numbers": f"{_NO_ARRAY}; []; [nan]; [[1.0]]",
    "shares": f"{_NO_ARRAY}; []; [0.5, 0.5]; [0.0, 0.5, 0.5]; [-1.0, 1, 1]; [nan, 1, 1]",
    "counts": "'abc'; texts; []; [0.5, 0.5]; [0, 0, 0]; [-1.0, 1, 1]; [nan, 1, 1]; {}",
    "truths": "None; 'abc'; []; half; y; texts; yes[:5]; [yes]",
    "flag": "None; 1; 'yes'; [True]",
    "choice": "5; 'nope'; ['train']; run",
    "text": "None; 5; ['a']; run",
    "name": "None; 5; 'nope'; ['focal']",
    "run": "None; 5; 'run.npz'; scores; [run]; {'a': run}",
    "scores": "None; 5; run; [[1, 2]]; logits",
    "runs": "None; 5; {}; run; [run]; {'a': None}; {1: run}; {'a': scores}",
    "thing": "None; 5; run; 'it'; {}",
    "function": "5; 'f'; []",
    "images": f"{_NO_ARRAY}; []; x * nan; x[:5]".replace(" yes;", ""),
    "shape": "None; 8; '8x8'; (8, 8); (8, 8, 0); (8, 8, 1.5); (8, 8, -1)",
    "filters": "None; 16; '16'; (0,); (1.5,); ('a',); (10**9,)",
    "model": "None; 'model'; 5; layer; run",
    "x": "None; 'x'; []; texts; dates; complex_ones; x * nan; x[:, :3]; dataset",
    "y": "None; 'y'; []; texts; dates; complex_ones; y + 1; y - 1; y + nan; y + 0.5; one_hot;"
    " y[:5]",
    "pair": "'x'; 5; x; (x,); (x, y, y); (x, y[:5]); (x * nan, y); (x, one_hot); (x[:, :3], y);"
    " (x, y + 1); (x, y - 1); (x, y + 0.5); (x, texts); (texts, y); ([], []); dataset;"
    " (dataset, y)",
    "weights": "5; 'w'; {'0': 5}; {0.5: 1}; {0: 'a'}; {0: -1}; {0: nan}; {9: 1}; [1, 2, 3]",
    "sample weights": "'w'; y[:5]; np.ones(13); texts; np.ones((12, 2)); [nan] * 12",
}


@dataclass(frozen=True)
class Call:
    """A callable, a call that is right, and the kind of some of its arguments."""

    name: str
    right: dict[str, str]
    kinds: dict[str, str]

    def bad(self) -> Iterator[tuple[str, str, str]]:
        """Give the argument, the bad value, and the call with it."""
        for argument, kind in self.kinds.items():
            for value in _BAD[kind].split("; "):
                arguments = {**self.right, argument: value}
                listed = ", ".join(f"{name}={given}" for name, given in arguments.items())
                yield argument, value, f"{self.name}({listed})"


def _call(name: str, right: str = "", /, **kinds: str) -> Call:
    """Read a call, as `a=1; b=x`; an argument without a kind stays right."""
    pairs = (part.split("=", 1) for part in right.split("; ") if part)
    return Call(name, {key.strip(): value.strip() for key, value in pairs}, kinds)


_BOTH = {"logits": "logits", "labels": "labels"}
_FORMULA = "logits=logits; labels=y"
PLAIN = (
    _call("error_bound", loss="loss"),
    _call("bounds.topk_error_bound", "loss=1; k=1", loss="loss", k="counting"),
    _call("bounds.loss_floor", accuracy="share"),
    _call("bounds.loss_ceiling_if_perfect", classes="classes"),
    _call("bounds.base_rate", labels="any labels"),
    _call("prior_entropy", labels="any labels"),
    *(
        _call(name, _FORMULA, **_BOTH)
        for name in (
            *("cross_entropy.cross_entropy", "cross_entropy.expected_error"),
            *("cross_entropy.mean_squared_error", "formulas.categorical_hinge", "formulas.focal"),
            *("formulas.label_smoothing", "formulas.margin", "formulas.mean_absolute_error"),
            *("formulas.one_minus_accuracy", "formulas.softmax_twice", "formulas.swapped_keras"),
            *("formulas.swapped_logits", "formulas.swapped_probabilities"),
            *("formulas.true_probability", "calibration.fit_temperature"),
        )
    ),
    _call("cross_entropy.generalised_cross_entropy", _FORMULA, q="positive"),
    _call("cross_entropy.huberised_cross_entropy", _FORMULA, tau="positive"),
    _call("cross_entropy.keras_loss", q="positive"),
    _call("formulas.smoothed_error", f"{_FORMULA}; temperature=1", temperature="positive"),
    _call("formulas.smoothed_name", temperature="positive"),
    _call("formulas.mean_probability", "logits=logits; _=None", logits="logits"),
    _call("formulas.mean_sigmoid", "logits=logits; _=None", logits="logits"),
    _call("softmax", logits="logits"),
    _call("formulas.formula", name="name"),
    _call("known_values.entropy", shares="numbers"),
    _call("known_values.second_softmax_floor", classes="classes"),
    _call("known_values.smoothing_floor", "classes=3; smoothing=0.1", classes="classes",
          smoothing="share"),
    _call("known_values.known_values", "classes=3", classes="classes"),
    _call("recognise", "value=2.3; classes=3", classes="classes"),
    _call("recognise", "value=2.3; classes=3; counts=[1, 1, 1]", counts="counts"),
    _call("along_bias", "scores=scores", scores="scores", row="row", unit="row",
          reach="positive", places="counting"),
    _call("marks", "each=formulas.focal; classes=3", each="function", classes="classes"),
    _call("stats.sign_test", "up=1; down=1", up="seed", down="seed"),
    _call("stats.binomial_test", "count=1; of=3; share=0.5", count="row", of="seed", share="share"),
    _call("stats.mean_interval", "values=[1, 2, 3]", values="numbers"),
    _call("stats.t_quantile", "probability=0.9; freedom=3", probability="share",
          freedom="counting"),
    _call("reliability", "scores=scores; epoch=-1", scores="scores", epoch="row", bins="counting"),
    _call("calibration.reliability_of", "confidence=half; right=yes", confidence="numbers",
          right="truths", bins="counting"),
    _call("calibration.with_temperature", "logits=logits; temperature=2", temperature="positive"),
    _call("ledger", "run=run; before=0; after=-1", run="run"),
    _call("ledger_of", "loss_before=half; loss_after=half; right_before=yes; right_after=yes",
          loss_before="numbers", loss_after="numbers", right_before="truths", right_after="truths",
          penalty_change="number"),
    _call("accounts.group_of", "right_before=yes; right_after=yes", right_before="truths",
          right_after="truths"),
    *(_call(name, scores="scores") for name in (
        "balanced_accuracy", "recall", "per_class.class_loss", "per_class.confusion")),
    _call("per_class.confusion", "scores=scores", row="row"),
    _call("without_prior", "scores=scores; shares=[0.2, 0.3, 0.5]", scores="scores",
          shares="shares"),
    _call("class_shares", "labels=y; classes=3", labels="any labels", classes="classes"),
    *(_call(name, run="run") for name in (
        "effective_rate", "weight_norms.norms_of", "phases.cuts", "find_boxes")),
    _call("phases.rise", "run=run; first=0; last=3", run="run", first="row", last="row"),
    _call("phases.fall", "run=run; first=0; cut=3", run="run", first="row", cut="row",
          settled="seed"),
    *(_call(f"phases.{name}", "run=run; change=None", change="thing") for name in (
        "improves", "ends_of", "change_ledger")),
    _call("find_conflicts", "images=x; labels=y", images="images", near="share"),
    *(_call(f"figures.{name}", "run=run", run="run") for name in (
        "boxed_curves", "boxed_ledgers", "boxed_plane", "steps")),
    *(_call(f"figures.{name}", "run=run", run="run", on="choice") for name in (
        "class_curves", "confusion_picture", "losses", "objective", "penalty_picture")),
    _call("figures.curves", "run=run", run="run", on="choice", printed="flag", penalty="flag",
          name="text"),
    _call("figures.plane", "run=run", run="run", on="choice", zoom="flag", penalty="flag",
          name="text"),
    _call("figures.compare", runs="runs"),
    _call("figures.kernel_curves", runs="runs"),
    _call("figures.stretches", "runs={'a': run}; over=(1, 2)", runs="runs"),
    *(_call(f"figures.{name}", **{argument: "thing"}) for name, argument in (
        ("conflicts", "found"), ("ledger_picture", "ledger"), ("mode_picture", "gap"),
        ("surface", "slice"))),
    _call("figures.reliability_picture", parts="thing"),
    _call("figures.reliability_picture", "parts=rates", on="choice"),
    _call("figures.examples", images="thing"),
    _call("figures.two_rulers", probabilities="numbers"),
)  # fmt: skip

_FIT = "model=model; x=x; y=y"
_TRAIN = "model=model; examples=(x, y); epochs=1"
MODELS = (
    _call("in_keras.keras_objective", name="name"),
    _call("optimizers.CoupledSGD", coupled_decay="number"),
    _call("small_cnn", "shape=(8, 8, 1); classes=3", shape="shape", classes="counting",
          filters="filters", dense="seed", noise="share", batch_norm="flag"),
    _call("small_cnn", "shape=(8, 8, 1); classes=3", prior="counts"),
    _call("small_residual", "shape=(8, 8, 1); classes=3", shape="shape", classes="counting",
          filters="filters", stride="counting", noise="share"),
    _call("resnet.resnet18", "shape=(8, 8, 1); classes=3", shape="shape", classes="counting",
          width="counting", dtype="name"),
    _call("cnn.initialise", "model=model; seed=0", model="model", seed="seed"),
    _call("cnn.reset_optimizer", model="model"),
    _call("weight_norms.kernel_norm", model="model"),
    _call("note_norms", model="model"),
    _call("recompute_statistics", "model=normal; x=x", model="model", x="x", batch_size="counting"),
    _call("audit", _FIT, model="model"),
    _call("mode_gap", f"{_FIT}; printed=None", model="model", x="x", y="y", batch_size="counting",
          draws="counting", seed="seed", shuffle="flag", augment="function", class_weight="weights",
          sample_weight="sample weights"),
    _call("train", _TRAIN, model="model", examples="pair", epochs="counting", batch_size="counting",
          seed="seed", order="function", should_stop="function", on_epoch="function",
          outputs="choice", class_weight="weights", sample_weight="sample weights"),
    _call("train", _TRAIN, validation="pair"),
    _call("Recorder", "train=(x, y)", seed="seed", outputs="choice"),
)  # fmt: skip
