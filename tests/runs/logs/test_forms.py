# ruff: noqa: E501, RUF001 -- the logs stand here as they are printed
"""Logs of many forms, each written by hand, with what must be read of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lossacc.runs.logs.reading import read_log

NAN = float("nan")
PYTORCH = """Epoch 0/1
----------
train Loss: 0.6000 Acc: 0.7000
val Loss: 0.5000 Acc: 0.7500

Epoch 1/1
----------
train Loss: 0.4000 Acc: 0.8000
val Loss: 0.4500 Acc: 0.7800

Training complete in 5m 12s
Best val Acc: 0.7800
"""
METERS = """Epoch: [0][0/20]\tTime 0.1 ( 0.2)\tLoss 2.3000e+00 (2.2000e+00)\tAcc@1 10.0 ( 12.0)\tAcc@5 50.0 ( 52.0)
Test: [0/9]\tTime 0.1 ( 0.2)\tLoss 2.1000e+00 (2.0000e+00)\tAcc@1 15.0 ( 16.0)\tAcc@5 55.0 ( 56.0)
 *   Acc@1 17.000 Acc@5 57.000
Epoch: [1][0/20]\tTime 0.1 ( 0.2)\tLoss 1.3000e+00 (1.2000e+00)\tAcc@1 40.0 ( 42.0)\tAcc@5 70.0 ( 72.0)
Test: [0/9]\tTime 0.1 ( 0.2)\tLoss 1.1000e+00 (1.0000e+00)\tAcc@1 45.0 ( 46.0)\tAcc@5 75.0 ( 76.0)
 *   Acc@1 47.000 Acc@5 77.000
"""
MNIST = """Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300000
Train Epoch: 1 [640/60000 (1%)]\tLoss: 1.900000

Test set: Average loss: 0.3000, Accuracy: 9100/10000 (91%)

Train Epoch: 2 [0/60000 (0%)]\tLoss: 0.500000
Train Epoch: 2 [640/60000 (1%)]\tLoss: 0.400000

Test set: Average loss: 0.2000, Accuracy: 9342/10000 (93%)
"""
CAFFE = """I0101 solver.cpp:330] Iteration 100, Testing net (#0)
I0101 solver.cpp:397]     Test net output #0: accuracy = 0.5
I0101 solver.cpp:397]     Test net output #1: loss = 1.5 (* 1 = 1.5 loss)
I0101 solver.cpp:237]     Train net output #0: loss = 1.25 (* 1 = 1.25 loss)
I0101 solver.cpp:330] Iteration 200, Testing net (#0)
I0101 solver.cpp:397]     Test net output #0: accuracy = 0.625
I0101 solver.cpp:397]     Test net output #1: loss = 1.0 (* 1 = 1.0 loss)
I0101 solver.cpp:237]     Train net output #0: loss = 0.75 (* 1 = 0.75 loss)
"""
MXNET = """INFO:root:Epoch[0] Batch [100]\tSpeed: 1234.5 samples/sec\taccuracy=0.500000
INFO:root:Epoch[0] Train-accuracy=0.600000
INFO:root:Epoch[0] Time cost=12.345
INFO:root:Epoch[0] Validation-accuracy=0.700000
INFO:root:Epoch[1] Train-accuracy=0.800000
INFO:root:Epoch[1] Validation-accuracy=0.750000
"""
FASTAI = """epoch     train_loss  valid_loss  accuracy  time
0         0.900000    0.500000    0.800000  00:12
1         0.600000    0.400000    0.850000  00:11
"""
NOTEBOOK = (
    "Epoch\tTraining Loss\tValidation Loss\tAccuracy\n1\tNo log\t0.5\t0.80\n2\t0.6\t0.4\t0.85\n"
)
TQDM = """Epoch 1/2: 100%|████| 938/938 [00:12<00:00, 75.1it/s, loss=0.6, acc=0.7]
Validation: 100%|████| 157/157 [00:01<00:00, 99it/s, loss=0.5, acc=0.75]
Epoch 2/2: 100%|████| 938/938 [00:12<00:00, 75.1it/s, loss=0.4, acc=0.8]
Validation: 100%|████| 157/157 [00:01<00:00, 99it/s, loss=0.45, acc=0.78]
"""
MATLAB = """|===========================================================================|
|  Epoch  |  Time Elapsed  |  Mini-batch  |  Validation  |  Mini-batch  |  Validation  |
|         |   (hh:mm:ss)   |   Accuracy   |   Accuracy   |     Loss     |     Loss     |
|===========================================================================|
|       1 |       00:00:05 |       70.00% |       75.00% |       0.6000 |       0.5000 |
|       2 |       00:00:15 |       80.00% |       78.00% |       0.4000 |       0.4500 |
|===========================================================================|
"""
CHINESE = "第1轮 训练损失：0.6，训练准确率：70%，验证损失：0.5，验证准确率：75%\n" \
    "第2轮 训练损失：0.4，训练准确率：80%，验证损失：0.45，验证准确率：78%"  # fmt: skip
BLOCKS = """epoch 1
Training:
loss: 0.6, accuracy: 0.7
Validation:
loss: 0.5, accuracy: 0.75
epoch 2
Training:
loss: 0.4, accuracy: 0.8
Validation:
loss: 0.45, accuracy: 0.78
"""
SLASHES = "epoch 1 loss (train/val): 0.6/0.5 acc (train/val): 70.0/75.0\n" \
    "epoch 2 loss (train/val): 0.4/0.45 acc (train/val): 80.0/78.0\n"  # fmt: skip
LISTS = "train_losses = [0.6, 0.4]\ntrain_accs = [0.7, 0.8]\nval_losses = [0.5, 0.45]\nval_accs = [0.75, 0.78]"
NESTED = "\n".join(
    json.dumps({"epoch": n, "train": {"loss": a, "acc": b}, "val": {"loss": c, "acc": d}})
    for n, a, b, c, d in ((1, 0.6, 0.7, 0.5, 0.75), (2, 0.4, 0.8, 0.45, 0.78))
)
PANDAS = '{"loss":{"0":0.6,"1":0.4},"accuracy":{"0":0.7,"1":0.8},"val_loss":{"0":0.5,"1":0.45},' \
    '"val_accuracy":{"0":0.75,"1":0.78}}'  # fmt: skip
SIGNS = "".join(
    f"Epoch {n}/2\n[1m20/20[0m [32m━━[0m[37m[0m [1m3s[0m 20ms/step - accuracy: {b} - loss: {a} - "
    f"val_accuracy: {d} - val_loss: {c}\n"
    for n, a, b, c, d in ((1, 0.6, 0.7, 0.5, 0.75), (2, 0.4, 0.8, 0.45, 0.78))
)
STATE = json.dumps(
    {
        "best_metric": None,
        "log_history": [
            {"epoch": 1.0, "loss": 0.6, "learning_rate": 1e-5, "step": 10},
            {"epoch": 1.0, "eval_loss": 0.5, "eval_accuracy": 0.75, "step": 10},
            {"epoch": 2.0, "loss": 0.4, "learning_rate": 1e-6, "step": 20},
            {"epoch": 2.0, "eval_loss": 0.45, "eval_accuracy": 0.78, "step": 20},
            {"epoch": 2.0, "train_loss": 0.51, "train_runtime": 12.0, "step": 20},
        ],
    }
)
MLFLOW = "run_id,key,value,timestamp,step\n" + "".join(
    f"a,{key},{value},1700000000000,{step}\n"
    for key, values in (("loss", (0.6, 0.4)), ("val_loss", (0.5, 0.45)), ("val_acc", (0.75, 0.78)))
    for step, value in enumerate(values, 1)
)
FOUR = ([0.6, 0.4], [0.7, 0.8], [0.5, 0.45], [0.75, 0.78])
ESTIMATOR = "".join(
    f"INFO:tensorflow:loss = {a}, step = {n} (0.5 sec)\nINFO:tensorflow:Saving dict for global step "
    f"{n}: accuracy = {d}, global_step = {n}, loss = {c}\n"
    for n, a, c, d in ((100, 0.6, 0.5, 0.75), (200, 0.4, 0.45, 0.78))
)
GLUON = "[Epoch 0] train=0.7 val=0.75 loss=0.6 time: 3.4\n[Epoch 1] train=0.8 val=0.78 loss=0.4 time: 3\n"
CHANGES = (
    "Epoch 1 | loss: 0.6 (-0.1) | acc: 70.0 (+2.0)\nEpoch 2 | loss: 0.4 (-0.2) | acc: 80.0 (+3.0)\n"
)
LOSS_ALONE = ([0.6, 0.4], [NAN, NAN], [NAN, NAN], [NAN, NAN])
NO_TRAIN_ACCURACY = ([0.6, 0.4], [NAN, NAN], [0.5, 0.45], [0.75, 0.78])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Epoch 3: train loss 0.41 acc 85.2% | val 0.55 80.1", ([0.41], [0.852], [0.55], [0.801])),
        (PYTORCH, FOUR),
        (METERS, ([2.2, 1.2], [0.12, 0.42], [2.0, 1.0], [0.17, 0.47])),
        (MNIST, ([1.9, 0.4], [NAN, NAN], [0.3, 0.2], [0.91, 0.9342])),
        (CAFFE, ([1.25, 0.75], [NAN, NAN], [1.5, 1.0], [0.5, 0.625])),
        (MXNET, ([NAN, NAN], [0.6, 0.8], [NAN, NAN], [0.7, 0.75])),
        (FASTAI, ([0.9, 0.6], [NAN, NAN], [0.5, 0.4], [0.8, 0.85])),
        (NOTEBOOK, ([NAN, 0.6], [NAN, NAN], [0.5, 0.4], [0.8, 0.85])),
        (TQDM, FOUR),
        (MATLAB, FOUR),
        (CHINESE, FOUR),
        (BLOCKS, FOUR),
        (SLASHES, FOUR),
        (LISTS, FOUR),
        (NESTED, FOUR),
        (PANDAS, FOUR),
        (SIGNS, FOUR),
        (STATE, NO_TRAIN_ACCURACY),
        (MLFLOW, NO_TRAIN_ACCURACY),
        (ESTIMATOR, NO_TRAIN_ACCURACY),
        (GLUON, LOSS_ALONE),
        (CHANGES, ([0.6, 0.4], [0.7, 0.8], [NAN, NAN], [NAN, NAN])),
    ],
)  # fmt: skip
def test_every_number_is_where_it_belongs(text, expected):
    read = read_log(text)
    roles = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    for role, values in zip(roles, expected, strict=True):
        np.testing.assert_allclose(getattr(read, role), values, rtol=1e-12, err_msg=role)
    assert not read.questions


def test_a_history_and_its_dict_are_taken_as_they_are():
    given = {"loss": [0.6, 0.4], "val_loss": (0.5, 0.45), "lr": np.array([0.1, 0.01])}
    read = read_log(given)
    assert read.validation_loss.tolist() == [0.5, 0.45]
    assert read.other["lr"].tolist() == [0.1, 0.01]


def test_keras_own_history_and_csv_logger(tmp_path):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.random.default_rng(0).random((8, 2)), np.array([0, 1] * 4)
    file = tmp_path / "log.csv"
    logger = keras.callbacks.CSVLogger(file)
    done = model.fit(x, y, epochs=3, validation_split=0.5, verbose=0, callbacks=[logger])
    for read in (read_log(done), read_log(str(done.history)), read_log(file)):
        assert read.train_loss.tolist() == done.history["loss"]
        assert read.validation_accuracy.tolist() == done.history["val_accuracy"]


def test_what_fit_prints_is_read(capsys):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.random.default_rng(0).random((32, 2)), np.array([0, 1] * 16)
    for verbose in (1, 2):
        done = model.fit(x, y, epochs=3, validation_split=0.5, verbose=verbose, batch_size=4)
        read = read_log(capsys.readouterr().out)
        np.testing.assert_allclose(read.validation_loss, done.history["val_loss"], atol=6e-5)
        if verbose == 2:  # the bars of some Keras print a mean of running means
            np.testing.assert_allclose(read.train_accuracy, done.history["accuracy"], atol=6e-5)


def test_two_rows_an_epoch_of_so_many_and_so_many_others_are_two_sets():
    text = "".join(
        f"\nEpoch: {n}\n [====>]  Step: 52ms | Tot: 20s | Loss: {n + 0.5:.3f} | "
        f"Acc: {n + 40}.000% ({(n + 40) * 500}/50000)\n [====>]  Step: 20ms | Tot: 2s | "
        f"Loss: {n + 0.7:.3f} | Acc: {n + 30}.000% ({(n + 30) * 100}/10000)\nSaving..\n"
        for n in range(3)
    )
    read = read_log(text)
    assert read.train_loss.tolist() == [0.5, 1.5, 2.5]
    assert read.validation_loss.tolist() == [0.7, 1.7, 2.7]
    assert read.train_accuracy.tolist() == [0.4, 0.41, 0.42]
    assert read.validation_accuracy.tolist() == [0.3, 0.31, 0.32]
    assert "the second was taken as the validation's" in " ".join(read.notes)


def test_bars_that_take_turns_are_training_and_validation():
    text = "".join(
        f"accuracy: 0.{n}, batch_loss: 9.0, loss: {n}.5 ||: 100%|####| 100/100 [00:10<00:00]\n"
        f"accuracy: 0.{n + 1}, batch_loss: 9.0, loss: {n}.7 ||: 100%|####| 10/10 [00:01<00:00]\n"
        for n in (1, 2, 3)
    )
    read = read_log(text)
    assert read.epochs.tolist() == [1, 2, 3]
    assert read.train_loss.tolist() == [1.5, 2.5, 3.5]
    assert read.validation_loss.tolist() == [1.7, 2.7, 3.7]
    assert read.validation_accuracy.tolist() == [0.2, 0.3, 0.4]


def test_lines_of_timm():
    text = "".join(
        f"Train: {n} [   0/781 (  0%)]  Loss: 9.000 (9.00)  Time: 0.312s,  410.11/s\n"
        f"Train: {n} [ 780/781 (100%)]  Loss: 8.000 ({n}.25)  Time: 0.312s,  410.11/s\n"
        f"Test: [  78/78]  Time: 0.099 (0.155)  Loss:   7.0 ( {n}.750)  Acc@1:  1.0 ( 5{n}.000)\n"
        for n in range(3)
    )
    read = read_log(text)
    assert read.epochs.tolist() == [0, 1, 2]
    assert read.train_loss.tolist() == [0.25, 1.25, 2.25]
    assert read.validation_loss.tolist() == [0.75, 1.75, 2.75]
    assert read.validation_accuracy.tolist() == [0.5, 0.51, 0.52]


def test_words_that_german_writes_as_one():
    text = "".join(
        f"Epoche {n}: Trainingsverlust {n},25, Genauigkeit 3{n},5 %; Validierungsverlust {n},75, "
        f"Validierungsgenauigkeit 2{n},5 %\n"
        for n in (1, 2)
    )
    read = read_log(text)
    assert read.train_loss.tolist() == [1.25, 2.25]
    assert read.validation_loss.tolist() == [1.75, 2.75]
    assert read.train_accuracy.tolist() == [0.315, 0.325]
    assert read.validation_accuracy.tolist() == [0.215, 0.225]


def test_a_sentence_with_several_epochs():
    read = read_log(
        "My model trains fine but val loss goes up. After epoch 1 train loss is 2.15 and val loss "
        "2.1 (acc 32%), after epoch 5 train loss 0.5, val loss 0.8 (acc 80%). Any ideas?"
    )
    assert read.epochs.tolist() == [1, 5]
    assert read.train_loss.tolist() == [2.15, 0.5]
    assert read.validation_loss.tolist() == [2.1, 0.8]
    assert read.validation_accuracy.tolist() == [0.32, 0.8]
