"""The small networks of the lessons, and how to start one afresh.

Front door: `small_cnn` and `initialise` in `cnn`.
"""
