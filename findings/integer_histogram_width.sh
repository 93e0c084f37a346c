#!/usr/bin/env bash
# numpy 2.4.6 never makes bins of integers narrower than 1, numpy 1 did; the same values as floats get other bins.
# Expected: `histogram_bin_edges(x, "doane")` depends on the values, not on their type.
# Seen: 800 zeros and ones give 1 bin as integers and 14 as floats, so a change from 10 % to 90 % ones is invisible to a
# histogram of the integers. Drift computed with numpy differs between numpy versions for the same data.
# Output: integers [0. 1.]   floats 15 edges
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np

assert np.__version__ == "2.4.6"
flags = np.array([0, 0, 0, 1, 1, 0, 0, 1] * 100)
as_integers = np.histogram_bin_edges(flags, "doane")
as_floats = np.histogram_bin_edges(flags.astype(float), "doane")
print("integers", as_integers, "  floats", as_floats.size, "edges")
assert as_integers.tolist() == [0.0, 1.0]
assert as_floats.size == 15
PYTHON
