"""Losses one example at a time: their formulas, and the numbers at which a loss stands still.

Front door: `recognise` in `identify`, which says what a loss that will not move may mean.
"""
