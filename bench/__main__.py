"""``python -m bench`` runs every measurement, ``python -m bench reply`` one of them."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import bench


def main(arguments: Sequence[str]) -> int:
    """Run what is named, or everything; return the exit code."""
    # As in ``bot/__main__.py``: several threads that wait in a busy loop spoil every figure.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # A measurement is a module of this package that has a ``measure``.
    names = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    known = {
        name: module.measure
        for name in names
        if name != "__main__"
        and hasattr(module := importlib.import_module(f"bench.{name}"), "measure")
    }
    if not arguments:
        return max(run([]) for run in known.values())
    name, *options = arguments
    if name not in known:
        asked = name in ("-h", "--help")
        print(
            f"python -m bench [{'|'.join(known)}] [options]; without a name, everything.\n"
            "python -m bench NAME --help tells the options.",
            file=sys.stdout if asked else sys.stderr,
        )
        return 0 if asked else 2
    return known[name](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
