"""`python -m tests.benchmarks.clinic.others FOLDER PYTHON`: what published tools say of the runs.

Each run's log is written as a table, with the names that most tools know, and read by four packages
of a Python of their own: runmedic 0.1.1, trainspotter 0.2.6, sk-autod 0.1.1 and training-doctor
0.1.0. A finding counts as right where one of its words names the fault; no finding counts as
"healthy". None of them has a word for most causes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from tests.benchmarks.clinic.score import HEALTHY, cases, is_healthy, printed_only

# Asks all four about each table named on standard input; a line of JSON for each.
ASK = """
import contextlib, csv, io, json, sys
def runmedic(path, train, held):
    from runmedic import loaders, roles
    from runmedic.checks import run_checks
    return [f.check + " " + f.title for run in loaders.load(path)
            for f in run_checks(run, roles.detect(run, {})) if f.severity != "info"]
def trainspotter(path, train, held):
    from trainspotter import load_run, run_all
    return [f.detector + " " + getattr(f, "title", "") for f in run_all(load_run(path))]
def sk_autod(path, train, held):
    from sk_autod import diagnose
    return [f.detector_name for f in diagnose(train, held).findings]
def training_doctor(path, train, held):
    from training_doctor import Doctor
    doctor = Doctor()
    for step, (one, two) in enumerate(zip(train, held)):
        doctor.log(step=step, loss=one, train_loss=one, val_loss=two)
    return [d.detector_name + " " + d.problem for d in doctor.analyze()]
for path in map(str.strip, sys.stdin):
    rows = list(csv.DictReader(open(path)))
    train, held = ([float(r[n]) for r in rows] for n in ("train_loss", "val_loss"))
    said = {}
    for ask in (runmedic, trainspotter, sk_autod, training_doctor):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                said[ask.__name__] = ask(path, train, held)
            except Exception as error:
                said[ask.__name__] = ["failed: " + repr(error)[:80]]
    print(json.dumps(said), flush=True)
"""
# Words by which a finding names a cause.
WORDS = {
    "overfitting": ("overfit",), "rate too high": ("diverg", "lr_high", "lr too high", "nan",
    "rate too high", "learningratetoohigh", "explod"), "rate too low": ("lr_low", "rate too low",
    "lr too low", "learningratetoolow", "underfit"), "stuck": ("plateau", "stuck", "flat"),
    "flat loss": ("plateau", "stuck", "flat"), "capacity": ("underfit",),
    "wrong labels": ("label_noise", "label noise"), "leakage": ("leak",),
    "small validation set": ("eval_noise", "noisy val", "noisy eval"),
    "moving validation": ("eval_noise", "noisy val", "noisy eval"),
}  # fmt: skip


def is_right(truth: str, findings: list[str]) -> bool:
    """Say whether one of the findings names the fault, or none is made of a healthy run."""
    if truth == HEALTHY:
        return not findings
    told = " ".join(findings).lower()
    return any(word in told for word in WORDS.get(truth, ()))


def main(folder: Path, python: str) -> None:
    """Ask, count and print."""
    truths, paths = [], []
    with tempfile.TemporaryDirectory() as place:
        for plan, run in cases(folder):
            sound = plan["cause"] == HEALTHY
            if plan["cause"] in (HEALTHY, "rate too high") and is_healthy(run) != sound:
                continue
            log, path = printed_only(run), Path(place) / f"{len(truths)}.csv"
            columns = (log.epochs, log.train_loss, log.train_accuracy, log.validation_loss,
                       log.validation_accuracy)  # fmt: skip
            head = "epoch,train_loss,train_accuracy,val_loss,val_accuracy"
            np.savetxt(path, np.stack(columns, 1), "%.6g", ",", header=head, comments="")
            truths.append(plan["cause"])
            paths.append(str(path))
        asked = subprocess.run(
            [python, "-c", ASK], input="\n".join(paths), capture_output=True, text=True, check=True
        )
    right: dict[str, Counter[str]] = defaultdict(Counter)
    calm: Counter[str] = Counter()
    for truth, line in zip(truths, asked.stdout.splitlines(), strict=True):
        for tool, findings in json.loads(line).items():
            right[tool][truth] += is_right(truth, findings)
            calm[tool] += not findings
    for tool, named in right.items():
        causes = ", ".join(f"{cause} {n}" for cause, n in named.most_common() if n)
        print(
            f"{tool}: {named.total()} of {len(truths)} right, no finding in {calm[tool]}: {causes}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
