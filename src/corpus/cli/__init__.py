"""The command line: each command is one library function, its answer, and an exit code.

In: words of a shell. Out: text, or JSON with ``--json``; 0 sound, 1 problems, 2 wrong usage. A command imports only
what it needs, so that it starts fast. A new one is a function in one of the modules here and a line of ``COMMANDS``.
"""

from corpus.cli import (
    build,
    curate,
    diff,
    explore,
    export,
    gold,
    import_gold,
    inspect,
    person,
    publish,
    stats,
    verify,
    web,
)
from corpus.cli.common import main

COMMANDS = (
    *(curate.init, curate.add, curate.check, build.build, build.release, person.person, curate.withdraw),
    *(publish.sign, publish.publish),
    *(inspect.show, explore.list_articles, explore.search, stats.stats, export.export),
    *(gold.queue, gold.gold, import_gold.import_, gold.agreement, gold.adjudicate, inspect.evaluate),
    *(web.browse, web.site),
    *(diff.diff, verify.verify, verify.reproduce, curate.rehydrate),
)
"""In the order in which one needs them, which is that of ``corpus --help``."""

for _command in COMMANDS:
    main.add_command(_command)

__all__ = ["COMMANDS", "main"]
