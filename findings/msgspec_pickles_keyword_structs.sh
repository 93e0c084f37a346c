#!/usr/bin/env bash
# msgspec 0.23.0 pickles a struct with keyword-only fields as a call of a private function of its own, others as their class.
# Expected: pickle of a struct names its class and its values; whoever reads pickles allows just these classes.
# Seen: kw_only=True makes it name msgspec._utils.rebuild too, so a reader that allows the class alone refuses the value.
# Output: positional: __main__.Place   keyword: __main__.Item msgspec._utils.rebuild
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check msgspec==0.23.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import pickle
import pickletools

import msgspec


class Place(msgspec.Struct):
    name: str


class Item(msgspec.Struct, kw_only=True):
    name: str


def named(value):
    """What a pickle asks its reader to find."""
    found = [argument for code, argument, _ in pickletools.genops(pickle.dumps(value, 0)) if code.name == "GLOBAL"]
    return {name.replace(" ", ".") for name in found if not name.startswith("copyreg")}


assert msgspec.__version__ == "0.23.0"
print("positional:", *named(Place("x")), "  keyword:", *sorted(named(Item(name="x"))))
assert "msgspec._utils.rebuild" not in named(Place("x"))
assert "msgspec._utils.rebuild" in named(Item(name="x"))
PYTHON
