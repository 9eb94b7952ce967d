"""`python -m tests.fuzz`: a long run against a fresh installation."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz.fuzzing import Fuzz
from tests.installation import Installation


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="well-formed and broken requests for each operation")
    parser.add_argument("--only", default="/", help="a prefix of the groups' paths, as /apis/apps")
    parser.add_argument("--every", type=int, default=1, help="only every n-th operation")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        installed = Installation(Path(folder))
        installed.start()
        try:
            fuzz = Fuzz(installed)
            for path, document in list(fuzz.documents()):
                if path.startswith(asked.only):
                    fuzz.run(document, asked.examples, every=asked.every)
                    print(path, sum(fuzz.answers.values()), "requests,", len(fuzz.faults), "faults", flush=True)
            for fault in fuzz.faults[:100]:
                print(fault)
            print(dict(sorted(fuzz.answers.items())))
        finally:
            installed.kill()
    return 1 if fuzz.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
