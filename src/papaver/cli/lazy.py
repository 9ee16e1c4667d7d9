"""A group of commands that imports a command's module only when the command runs."""

from __future__ import annotations

import sys
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

    def main(
        self,
        args: Any = None,
        prog_name: Any = None,
        complete_var: Any = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; a slip in its words is told in one message, as bad input is (exit code 2)."""
        given = (args, prog_name, complete_var, False, windows_expand_args)
        if not standalone_mode:
            return super().main(*given, **extra)
        try:
            left = super().main(*given, **extra)
        except typer.Abort:
            sys.exit(1)
        except Exception as fault:
            if not hasattr(fault, "format_message"):
                raise
            typer.echo(slip(fault), err=True)
            sys.exit(int(getattr(fault, "exit_code", 2)))
        sys.exit(left if isinstance(left, int) else 0)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Name, command and remaining arguments; here the command is imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, imported(name) if command is not None and name in self.table else command, rest


def slip(fault: Any) -> str:
    """What was wrong with the words of a command: the place, what is wrong, and where to look."""
    ctx, param = getattr(fault, "ctx", None), getattr(fault, "param", None)
    said = str(fault.format_message())
    if ctx is None:
        return said
    if type(fault).__name__ == "NoArgsIsHelpError":
        return said  # the whole help
    if param is not None:
        missing = type(fault).__name__ == "MissingParameter"
        what = "is missing." if missing else _plain(str(fault.message))
        if param.param_type_name == "option":
            place = param.opts[0]
        else:
            place = str(param.metavar or param.name).strip("{}[]")
        said = f"{place}: {what}"
        if missing:
            said += f" Write `{_usage(ctx)}`."
    said = said.removeprefix("Invalid value: ").replace(" (Possible options: ", ". Did you mean ")
    said = said.rstrip().removesuffix(")") + "?" if "Did you mean --" in said else said.rstrip()
    return f"{said}{'' if said.endswith(('.', '?')) else '.'} See `{ctx.command_path} --help`."


def _plain(message: str) -> str:
    """The words of the reader of arguments, without its terms."""
    message = message.removeprefix("Value error, ")
    for kind, words in (("valid integer", "must be a whole number"), ("valid number", "must be a number")):
        if kind in message:
            return f"{words}."
    for theirs, ours in (("greater than or equal to", "at least"), ("less than or equal to", "at most")):
        message = message.replace(f"Input should be {theirs}", f"must be {ours}")
    return message


def _usage(ctx: Any) -> str:
    pieces = ctx.command.collect_usage_pieces(ctx)
    words = [piece.translate({ord(c): None for c in "{}"}) for piece in pieces if piece != "[OPTIONS]"]
    return " ".join([ctx.command_path, *words])


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
