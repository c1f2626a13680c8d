#!/usr/bin/env python3
"""Set up this checkout and work in it: ``python3 dev.py`` lists the commands.

Needs nothing but Python 3.8 or newer; what it does stands in ``devtools/``, standard library only.
"""

import os
import sys

if sys.version_info < (3, 8):
    sys.exit("dev.py: start it with Python 3.8 or newer (this is %d.%d)." % sys.version_info[:2])
if os.name != "posix":
    sys.exit("dev.py: works on Linux and macOS; on Windows run it in WSL.")

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
