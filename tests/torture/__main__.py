"""`python -m tests.torture`; apart from the code, since every process that is started reads the main module anew."""

import sys

from tests.torture import real_sets, rounds, samples, workers

if __name__ == "__main__":
    sys.exit(rounds.main() or workers.main() or samples.main() or real_sets.main())
