"""What the name of a column says: of which set it is, and whether it is a loss or an accuracy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Quantity = Literal["loss", "accuracy", "epoch", "step", ""]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRAIN = _words(
    "train training trainings tränings trn tr trained trainset entrenamiento entrainement "
    "entraînement treino treinamento addestramento eğitim trening traning обучение "
    "обучения обучающая тренировка тренировочная обуч трен"
)
_VALIDATION = _words(
    "val valid validation validating validate vali va vld dev devset eval evaluation evaluating "
    "evaluate validación validacion validação validacao validazione validierung validierungs "
    "validerings doğrulama walidacja валидация валидации валидационная вал holdout cv"
)
_TEST = _words("test testing tst tests testset teste prueba тест тестовая тестирование")
_SETS = {"train": _TRAIN, "validation": _VALIDATION, "test": _TEST}
_LOSS = _words(
    "loss losses cost xent crossentropy nll bce logloss mlogloss perte verlust pérdida perdida "
    "perda perdita kay\u0131p strata förlust потери потеря лосс softmaxwithloss softmaxloss celoss "
    "binary_logloss multi_logloss nllloss"
)
_ACCURACY = _words(
    "acc accs accuracy accuracies acc1 top1 prec1 accu exactitud genauigkeit exactitude acurácia "
    "acuracia accuratezza doğruluk dokładność noggrannhet точность точности multiclassaccuracy"
)
_EPOCH = _words(
    "epoch epochs ep epo epoche epoque époque época epoca épocas эпоха эпохи epok epoka devir "
    "epocha"
)
_STEP = _words("step steps iter iters iteration iterations itr global_step шаг итерация batch")
_NEITHER = _words("top balanced 5 3 nb num number time elapsed seconds sec speed ms size rate")
_FILLER = _words(
    "avg average averaged mean net output outputs set data dataset the at of in on is was for "
    "categorical sparse binary multiclass current overall epoch per over score cross entropy "
    "softmax using model results result metrics info log final and with after by"
)
# German and Swedish write "Trainingsverlust", and people write "trainloss".
_JOINED = re.compile(
    r"(?<![^\W\d_])(trainings?|tränings|train|validierungs?|validerings|validation|valid|val|test)"
    r"(?=(?:verlust|genauigkeit|förlust|noggrannhet|loss|acc)[^\W\d_]*)"
)
# Languages that put no space between words.
_PARTS = {
    "训练": "train", "訓練": "train", "学習": "train", "훈련": "train", "학습": "train",
    "验证": "val", "驗證": "val", "検証": "val", "검증": "val", "测试": "test", "測試": "test",
    "テスト": "test", "테스트": "test", "损失": "loss", "損失": "loss", "손실": "loss",
    "准确率": "acc", "準確率": "acc", "正确率": "acc", "精度": "acc", "正解率": "acc",
    "정확도": "acc", "准确度": "acc", "轮次": "epoch", "轮": "epoch", "エポック": "epoch",
    "에포크": "epoch", "에폭": "epoch", "步": "step",
}  # fmt: skip
_PART = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Numbers that are no curve: the best so far, an old value, a place.
_ASIDE = re.compile(
    r"\b(best|previous|prev|lowest|highest|patience|improved|improvement|from|to|line|seed|"
    r"threshold|total params|count|remaining|max|min)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says.

    Parameters
    ----------
    on
        "train", "validation", "test", or "" where it names no set.
    quantity
        "loss", "accuracy", "epoch", "step", or "" for anything else.
    extra
        How many words of the name say something else: "cls" in "loss_cls".
    """

    on: str
    quantity: Quantity
    extra: int


@lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """Read a name."""
    found = words(name)
    quantity, spent = _quantity(found)
    extra = sum(word not in _FILLER and not _set_of(word) and word not in spent for word in found)
    return Meaning(_last_set(found), quantity, extra)


def words(name: str) -> list[str]:
    """Split a name into small words: val_acc, valAcc, "Val. acc" and 验证准确率 alike."""
    text = _PART.sub(lambda found: f" {_PARTS[found[0]]} ", _CAMEL.sub(" ", name))
    text = text.lower()
    text = _JOINED.sub(r"\1 ", text)
    text = re.sub(r"(loss|accuracy)\d+\b", r"\1", text)  # Caffe numbers its layers
    text = re.sub(r"(?<![a-z])(top|prec|acc|precision)[ _@-]?1(?!\d)", "acc", text)
    return _PIECE.findall(text)


def _set_of(word: str) -> str:
    return next((on for on, named in _SETS.items() if word in named), "")


def _last_set(found: list[str]) -> str:
    """Take the last set that is named: "target_train_acc" is of the training."""
    return next((on for word in reversed(found) if (on := _set_of(word))), "")


def _quantity(found: list[str]) -> tuple[Quantity, frozenset[str]]:
    """Tell what is counted, and which words say so."""
    have = frozenset(found)
    if have & _NEITHER:
        return "", frozenset()
    if loss := have & _LOSS or {word for word in have if word.endswith("loss")}:
        return "loss", frozenset(loss)
    if accuracy := have & _ACCURACY or {word for word in have if word.endswith("accuracy")}:
        return "accuracy", frozenset(accuracy)
    if {"cross", "entropy"} <= have:
        return "loss", frozenset({"cross", "entropy"})
    if have & _STEP:
        return "step", have & _STEP
    if have & _EPOCH:
        return "epoch", have & _EPOCH
    return "", frozenset()


def set_in(text: str) -> str:
    """Give the set that a stretch of text names last; "" where it names none."""
    return _last_set(words(text))


def aside(name: str) -> bool:
    """Tell whether a name is of a number that belongs to no curve, as "best accuracy"."""
    return bool(_ASIDE.search(name.replace("_", " ")))
