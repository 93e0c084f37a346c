"""Groups of commands, which name the nearest one where a word is none of them."""

from __future__ import annotations

import click

from whq.errors import did_you_mean


class WhqUsageError(click.UsageError):
    """A usage error with a hint and a code of its own."""

    def __init__(self, message: str, hint: str, code: str) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


class Group(click.Group):
    """Commands under one name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words ask for. Raises UsageError with the nearest name."""
        word, names = args[0], self.list_commands(ctx)
        if word not in names and not word.startswith("-"):
            above = ctx.command_path.partition(" ")[2]
            message = f'no command "{f"{above} {word}".strip()}"'
            raise WhqUsageError(message, did_you_mean(word, names, len(names)), "WHQ-U002")
        return super().resolve_command(ctx, args)
