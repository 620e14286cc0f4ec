"""`python -m lossacc`: the same commands where `lossacc` is not on the path."""

import sys

from lossacc.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
