"""Quality rules: statements about rows, keys, age or a metric that must hold.

A rule is a template of `rules/`, whose header says how its result is told, or a template of `metrics/` with a limit. A
rule whose template is not enough has a module here with a `SPECIAL`, and one line in MODULES.
"""

from __future__ import annotations

MODULES = {
    "accepted_range": "whq.monitors.rules.accepted_range",
    "accepted_values": "whq.monitors.rules.accepted_values",
    "freshness": "whq.monitors.rules.freshness",
    "not_accepted_values": "whq.monitors.rules.not_accepted_values",
}
"""The modules of rules with Python, loaded when a project has such a rule."""
