"""`python main.py [FILE]` opens the playground's window."""

import sys

from playground.__main__ import main

# The guard matters: the engine process is spawned, and a spawned process imports this file again.
if __name__ == "__main__":
    sys.exit(main(["open", *sys.argv[1:]]))
