"""What reads a model, data or a run, and says what is wrong.

Front doors: `audit` in `model`, `mode_gap` in `modes`, `check_run` in `run`, `diagnose` in
`clinic`.
"""
