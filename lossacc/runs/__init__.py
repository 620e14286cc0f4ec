"""What a training left behind: `Run`, its `Scores`, and small runs made by hand.

Front door: `Run` in `run`, saved and loaded as one file, from whatever framework it comes.
Where only a log is left, `read_log` in `logs.reading` gives `Curves` from `curves`.
"""
