"""What the one-file program starts with: the command line, or a process beside it that it starts itself."""

import runpy
import sys
from fnmatch import fnmatchcase

WORKER = ["-P", "-m"]
"""How a Python that is no bundle is asked to run a module."""
WORKERS = "framescope.core.*.worker"

if __name__ == "__main__":
    if sys.argv[1:3] == WORKER and fnmatchcase(sys.argv[3], WORKERS):
        del sys.argv[1:3]  # a module finds its own arguments behind its name
        runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
    else:
        from framescope.app.__main__ import main

        sys.exit(main())
