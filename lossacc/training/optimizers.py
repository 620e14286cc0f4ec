"""SGD whose weight decay and momentum mean what they mean in PyTorch.

A recipe that was written for PyTorch trains differently under the same numbers in Keras:

- Keras' `weight_decay` shrinks the weights beside the step. PyTorch's is added to the gradient, so
  that it enters the momentum: at a momentum of .9 it is about ten times as strong.
- Keras' velocity holds rate times gradient, so that a lower rate shrinks the steps only as old
  gradients fade. PyTorch's holds gradients alone: the next step is smaller at once.
"""

from __future__ import annotations

from typing import Any

from lossacc.support import keras_api, validate

keras_api.keras()  # starts TensorFlow with the package's own settings
import keras  # noqa: E402


@keras.saving.register_keras_serializable("lossacc")
class CoupledSGD(keras.optimizers.SGD):  # type: ignore[misc]  # Keras has no types
    """SGD as PyTorch takes it, weight decay in the gradient and the rate outside the velocity.

    With g the gradient of a weight w, and v its velocity, a step is::

        d = g + coupled_decay * w
        v = momentum * v + d
        w = w - learning_rate * (d + momentum * v if nesterov else v)

    Parameters
    ----------
    learning_rate, momentum, nesterov
        As in `keras.optimizers.SGD`.
    coupled_decay
        PyTorch's `weight_decay`, on every trainable weight, biases and BatchNormalization's too. It
        does what an L2 penalty of half this factor on all of them would do, and stays out of the
        loss that is reported.
    **settings
        As in `keras.optimizers.SGD`. Clipping comes before the decay, as in PyTorch; `weight_decay`
        is Keras' own, which is not in the gradient.

    Raises
    ------
    ValueError
        If the decay is negative.

    References
    ----------
    The formula is that of `torch.optim.SGD` with a dampening of 0.
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        coupled_decay: float = 0.0,
        **settings: Any,
    ) -> None:
        """Take the settings; Keras makes the velocities when it sees the weights."""
        coupled_decay = validate.number("coupled_decay", coupled_decay, least=0)
        super().__init__(learning_rate, momentum=momentum, nesterov=nesterov, **settings)
        self.coupled_decay = coupled_decay

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step of one weight."""
        ops = keras.ops
        rate = ops.cast(learning_rate, variable.dtype)
        step = ops.cast(gradient, variable.dtype)
        if self.coupled_decay:
            step = step + self.coupled_decay * ops.convert_to_tensor(variable)
        if self.momentum:
            velocity = self.momentums[self._get_variable_index(variable)]
            moved = self.momentum * ops.convert_to_tensor(velocity) + step
            self.assign(velocity, moved)
            step = step + self.momentum * moved if self.nesterov else moved
        self.assign_sub(variable, rate * step)

    def get_config(self) -> dict[str, Any]:
        """Give the settings, as Keras saves them."""
        return {**super().get_config(), "coupled_decay": self.coupled_decay}
