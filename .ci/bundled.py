"""What the one-file program starts with: the command line, or the process for encoders that it starts itself."""

import runpy
import sys

WORKER = ["-P", "-m"]
"""How a Python that is no bundle is asked to run a module."""

if __name__ == "__main__":
    if sys.argv[1:3] == WORKER and sys.argv[3].startswith("framescope.core.encoder."):
        runpy.run_module(sys.argv[3], run_name="__main__", alter_sys=True)
    else:
        from framescope.app.__main__ import main

        sys.exit(main())
