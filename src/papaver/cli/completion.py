"""``papaver completion``: a script that completes commands and options in a shell.

The script is plain text with every name in it: pressing Tab runs none of papaver, and nothing is written to
the shell's own files.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

BASH = """\
_papaver() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" names=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    names="{commands} --help --version"
  else
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
  fi
  COMPREPLY=( $(compgen -W "$names" -- "$word") )
}}
complete -o default -F _papaver papaver
"""
ZSH = """\
#compdef papaver
_papaver() {{
  local -a names
  if (( CURRENT == 2 )); then
    names=({commands} --help --version)
  else
    case "${{words[2]}}" in
{cases}
    esac
  fi
  compadd -- $names
  (( CURRENT > 2 )) && [[ "${{words[CURRENT]}}" != -* ]] && _files
}}
compdef _papaver papaver
"""
HOW = {
    "bash": "# Use it now:  source <(papaver completion bash)     Always: put that line into ~/.bashrc",
    "zsh": "# Use it now:  source <(papaver completion zsh)      Always: put that line into ~/.zshrc",
    "fish": "# Use it now:  papaver completion fish | source      Always: put that line into config.fish",
}


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Shell to print the script for.")],
) -> None:
    """Print a script that completes papaver's commands and options in a shell."""
    makers = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    typer.echo(HOW[shell])
    typer.echo(makers[shell](_known()), nl=False)


def _known() -> dict[str, tuple[str, dict[str, str]]]:
    """Each command: its line of help, and its options and subcommands with theirs."""
    from papaver.cli import COMMANDS
    from papaver.cli.lazy import imported

    return {name: (line, _names(imported(name))) for name, line in COMMANDS.items()}


def _names(command: Any) -> dict[str, str]:
    inner = {name: one.get_short_help_str(60) for name, one in getattr(command, "commands", {}).items()}
    options = {
        option: str(getattr(one, "help", "") or "")
        for one in command.params
        for option in (*one.opts, *one.secondary_opts)
        if option.startswith("--")
    }
    return inner | options | {"--help": "Show what the command does."}


def _cases(known: dict[str, tuple[str, dict[str, str]]], form: str) -> str:
    return "\n".join(
        f"      {name}) names={form.format(' '.join(names))} ;;" for name, (_, names) in known.items()
    )


def _bash(known: dict[str, tuple[str, dict[str, str]]]) -> str:
    return BASH.format(commands=" ".join(known), cases=_cases(known, '"{}"'))


def _zsh(known: dict[str, tuple[str, dict[str, str]]]) -> str:
    return ZSH.format(commands=" ".join(known), cases=_cases(known, "({})"))


def _fish(known: dict[str, tuple[str, dict[str, str]]]) -> str:
    lines = []
    for command, (line, names) in known.items():
        lines.append(f"complete -c papaver -f -n __fish_use_subcommand -a {command} -d {_quoted(line)}")
        seen = f"-n '__fish_seen_subcommand_from {command}'"
        for name, words in names.items():
            what = f"-l {name.removeprefix('--')}" if name.startswith("--") else f"-a {name}"
            lines.append(f"complete -c papaver {seen} {what} -d {_quoted(words)}")
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    """Text between single quotes of fish, on one line."""
    plain = " ".join(words.split()).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'"
