"""Train a network and record every example.

Front doors: `train` in `train`, the fast loop, and `Recorder` in `recorder`, for a `model.fit` of
one's own.
"""
