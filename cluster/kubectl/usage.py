"""What `--help` shows: one sentence, the usage line, the parts or flags of a command.

Models: kubectl/pkg/util/templates/templater.go v1.37
Simplified: upstream's long descriptions and examples are left out.
"""

from __future__ import annotations

from cluster.kubectl import flags
from cluster.kubectl.command import GLOBAL, Command


def text(command: Command, path: str) -> str:
    lines = [command.short, ""]
    if command.parts:
        names = list(dict.fromkeys(part.name for part in map(command.part, command.parts) if part))
        width = max(len(name) for name in names) + 3
        lines.append("Available Commands:")
        lines += [f"  {name:{width}}{part.short}" for name in names if (part := command.part(name))]
        lines.append("")
    shown = [flag for flag in command.flags if flag not in GLOBAL]
    if shown:
        lines += ["Options:", *(_flag(flag) for flag in sorted(shown, key=lambda flag: flag.name)), ""]
    lines += ["Usage:", f"  {command.usage}", ""]
    if command.parts:
        lines.append(f'Use "{path} <command> --help" for more information about a given command.')
    return "\n".join(lines) + "\n"


def _flag(flag: flags.Flag) -> str:
    short = f"-{flag.short}, " if flag.short else "    "
    default = flag.start
    if isinstance(default, tuple):
        shown = "[]"
    elif isinstance(default, bool):
        shown = str(default).lower()
    else:
        shown = f"'{default}'" if isinstance(default, str) else f"{default:g}"
    return f"    {short}--{flag.name}={shown}:\n\t{flag.help}" if flag.help else f"    {short}--{flag.name}={shown}"
