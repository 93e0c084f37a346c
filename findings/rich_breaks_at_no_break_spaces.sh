#!/usr/bin/env bash
# rich 15.0.0: a line may end at a no-break space.
# Expected: "33 %" with U+00A0 stays together.
# Seen: the line breaks there as at any space.
# Output: ['share is 33\xa0', '%']
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check rich==15.0.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import io
from importlib.metadata import version

from rich.console import Console

assert version("rich") == "15.0.0"
console = Console(file=io.StringIO(), width=12)
console.print("share is 33\u00a0%")
lines = console.file.getvalue().split("\n")[:-1]
print(lines)
assert lines == ["share is 33\u00a0", "%"]
PYTHON
