"""The live panel of an experiment: its front door is `Lab`; `warm_up` starts TensorFlow early.

How one click travels from the button to the picture:

1. A button of `widgets` tells the `controller`, which makes a `Request` and starts a `job`.
2. The job waits for its turn on a thread of its own (`worker`), trains, and keeps the run.
3. As it goes on it reports `events`: began, advanced by epochs, ended, over.
4. The controller, the one writer, applies each of them: `state.after` gives the new `State`.
5. `widgets` shows that state; `pictures` draws what is new of its `snapshot`, or compares runs.

>>> from lossacc.lab import Lab
>>> lab = Lab("nine-against-one")
>>> lab
"""

from __future__ import annotations

from lossacc.lab.lab import Lab
from lossacc.lab.warmup import warm_up

__all__ = ["Lab", "warm_up"]
