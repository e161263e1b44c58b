"""The command line: each command is one library function, its answer, and an exit code.

0 sound, 1 problems, 2 wrong usage. A command imports only what it needs; the modules here are in the
order in which ``corpus --help`` lists their commands.
"""

from corpus.cli import build, diff, inspect, publish, verify
from corpus.cli.common import main

__all__ = ["build", "diff", "inspect", "main", "publish", "verify"]
