"""Writes one JSON file for each group of families: log-densities, moments, quantiles and entropies from SciPy, divergences from PyTorch and by
quadrature, gradients of expectations and values at the edges from mpmath.

Run by hand when a case is added: python3 references.py [group ...] (needs numpy, scipy, mpmath and torch). A group is a module beside this one with
families(), edges() and divergences(), each of which yields entries as common.py makes them.
"""

import importlib
import json
import pathlib
import sys

GROUPS = ["basics", "line", "positive", "counts", "vectors", "chains", "wrapped"]

for group in sys.argv[1:] or GROUPS:
    module = importlib.import_module(group)
    content = {part: list(getattr(module, part)()) for part in ("families", "divergences", "edges")}
    pathlib.Path(__file__).with_name(f"{group}.json").write_text(json.dumps(content, indent=1) + "\n")
