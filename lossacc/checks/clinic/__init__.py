"""From a run or a log to what the evidence supports, what it rules out, and what would decide.

Each check is a small frozen dataclass: its thresholds, with the reason for each, and a call from
facts to evidence. `differential` lists them. Front door: `diagnose` in `diagnose`.
"""
