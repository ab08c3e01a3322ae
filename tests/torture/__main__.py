"""`python -m tests.torture`; apart from the code, since every process that is started reads the main module anew."""

import sys

from tests.torture.rounds import main

sys.exit(main())
