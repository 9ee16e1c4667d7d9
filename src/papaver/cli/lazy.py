"""A group of commands that imports a command's module only when the command runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


class PlainCommand(TyperCommand):
    """A command that takes a negative amount for what it is, not for an option nobody knows."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Arguments of the command. Raises a usage error (exit code 2)."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as fault:
            option = str(getattr(fault, "option_name", ""))
            if option[:1] != "-" or not option[1:2].isdigit():
                raise
            written = next((text for text in given if text.startswith(option)), option)
            raise typer.BadParameter(
                f"{written!r}: amounts and times cannot be below zero. Write it without the minus sign.",
                ctx=ctx,
            ) from None


class LazyGroup(TyperGroup):
    """Lists its commands from a table; a command's module is imported when it is called.

    The module ``papaver.cli.<name>`` holds either ``app``, a group of its own, or a function ``<name>``.
    """

    table: ClassVar[dict[str, str]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, help_line in self.table.items():
            self.commands.setdefault(name, TyperCommand(name, help=help_line, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Name, command and remaining arguments; here the command is imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, imported(name) if command is not None and name in self.table else command, rest


def imported(name: str) -> Any:
    """The command of the module ``papaver.cli.<name>``."""
    module = import_module(f"papaver.cli.{name}")
    app = getattr(module, "app", None)
    if not isinstance(app, typer.Typer):
        app = plain_app()
        app.command(name, cls=PlainCommand)(getattr(module, name))
    command = typer.main.get_command(app)
    command.name = name
    return command


def plain_app(**settings: Any) -> typer.Typer:
    """A Typer app as all of papaver's: plain help, plain tracebacks, no completion options."""
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings
    )
