"""The form of an experiment and of a claim, and how both are measured over seeds.

Front door: `verify` in `verify`. No experiment is known here: those are in the lessons.
"""
