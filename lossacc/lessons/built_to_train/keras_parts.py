"""What Keras calls: an optimizer that counts its cut steps, and a loss that sums several heads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lossacc.support import keras_api

keras_api.keras()  # starts TensorFlow with the package's own settings
import keras  # noqa: E402


class CountingSGD(keras.optimizers.SGD):  # type: ignore[misc]  # Keras has no types
    """SGD that counts the steps whose gradient was longer than `global_clipnorm`."""

    def build(self, variables: Any) -> None:
        """Make the counter beside the velocities."""
        if self.built:
            return
        super().build(variables)
        self.cut = self.add_variable((), initializer="zeros", dtype="int32", name="cut")

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]], **more: Any) -> Any:
        """Count, then take the step as Keras does."""
        pairs, ops = list(grads_and_vars), keras.ops
        self.build([variable for _, variable in pairs])
        if self.global_clipnorm:
            squares = [ops.sum(ops.square(gradient)) for gradient, _ in pairs]
            longer = ops.sqrt(sum(squares)) > self.global_clipnorm
            self.cut.assign_add(ops.cast(longer, "int32"))
        return super().apply_gradients(pairs, **more)


class Aside(keras.layers.Layer):  # type: ignore[misc]
    """Hands on the logits of the last head, and keeps those of the others for the loss."""

    others: Sequence[Any] = ()

    def call(self, logits: Sequence[Any]) -> Any:
        """Give the first of them."""
        self.others = logits[1:]
        return logits[0]


class Headed(keras.Model):  # type: ignore[misc]
    """A network whose loss adds those of its auxiliary heads, each times `weight`."""

    weight = 0.3

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Give the loss of the last head plus those of the others."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        for layer in self.layers:
            for logits in getattr(layer, "others", ()):
                loss = loss + self.weight * self.loss(y, logits)
        return loss
