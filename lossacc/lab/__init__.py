"""The live panel of an experiment.

>>> from lossacc.lab import Lab
>>> lab = Lab("nine-against-one")
>>> lab
"""

from __future__ import annotations

from lossacc.lab.lab import Lab
from lossacc.lab.warmup import warm_up

__all__ = ["Lab", "warm_up"]
