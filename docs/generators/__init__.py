"""What generates the pages of docs/: a region of a page is a name here and a function that writes it."""

from __future__ import annotations

from collections.abc import Callable

from generators import commands, configuration, engines, errors, templates

REGIONS: dict[str, Callable[[], str]] = {
    "commands": commands.commands,
    "configuration": configuration.configuration,
    "constructs": engines.constructs,
    "construct_notes": engines.notes,
    "drift": templates.drift,
    "engines": engines.engines,
    "errors": errors.errors,
    "exit_codes": commands.exit_codes,
    "items": configuration.items,
    "metrics": templates.metrics,
    "performance": templates.performance,
    "profile_fields": configuration.profile_fields,
    "regression": templates.regression,
    "rule_options": configuration.rule_options,
    "rules": templates.rules,
    "unbuilt": configuration.unbuilt,
}
