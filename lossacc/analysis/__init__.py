"""Pure functions of a Run: who paid for a change in loss, and much else.

Front door: `ledger` in `ledger`.
"""
