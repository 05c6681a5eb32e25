"""The same as a page of the repository's documentation, and the commands that the README names with its options."""

from __future__ import annotations

import re
import textwrap

from commands import Argument, Command, Discussion

_HEAD = """# Commands

Every command of both programs with all its options. `make docs` writes this page from the command
definitions; a test compares it with them. The installed package has the same as manual pages
(`man veilray-send-study`), and each command prints it with `--help`.
"""


def _text(text: str) -> str:
    """Prose in which Markdown finds nothing to interpret, and options stand out."""
    text = " ".join(text.split())
    text = re.sub(r"([<>*_])", r"\\\1", text)
    return re.sub(r"(?<![\w`-])(--[a-z][a-z-]*)", r"`\1`", text)


def _filled(text: str, indent: str = "") -> str:
    """Lines of at most 100 columns, none of which begins like an item of a list."""
    text = re.sub(r" (?=(?:[-+*]|\d+[.)]) )", "\0", text)
    filled = textwrap.fill(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return filled.replace("\0", " ")


def _paragraph(text: str) -> str:
    return _filled(_text(text))


def _usage(command: Command) -> str:
    if command.subcommands and not command.operands:
        return f"{' '.join(command.words)} COMMAND …"
    words = [*command.words]
    for option in command.options:
        if option.required:
            words.append(f"{option.long_name} {option.value}")
    for operand in command.operands:
        name = f"{operand.value}{'…' if operand.repeats else ''}"
        words.append(name if operand.required else f"[{name}]")
    if any(not option.required for option in command.options):
        words.append("[options]")
    return " ".join(words)


def _item(argument: Argument) -> str:
    names = ", ".join(argument.names) or argument.value or ""
    name = f"{names} {argument.value}" if argument.names and argument.value else names
    return _filled(f"- `{name}`: {_text(' '.join(argument.sentences))}", "  ")


def _command(command: Command, depth: int) -> list[str]:
    discussion = Discussion.of(command)
    result = [f"{'#' * depth} {' '.join(command.words)}", "", _paragraph(command.abstract), "", "```sh", _usage(command), "```", ""]
    for paragraph in discussion.description:
        result += [_paragraph(paragraph), ""]
    for title, arguments in [(None, command.operands), *command.sections()]:
        if arguments:
            result += [f"{title or ('Options' if arguments[0].names else 'Operands')}:", ""]
            result += [*(_item(argument) for argument in arguments), ""]
    for example in discussion.examples:
        result += ["```sh", example, "```", ""]
    for paragraph in discussion.exit_codes:
        result += [_paragraph(paragraph), ""]
    for below in command.subcommands:
        result += _command(below, depth + 1)
    return result


def page(programs: list[Command]) -> str:
    result = [_HEAD]
    for program in programs:
        result += _command(program, 2)
    return "\n".join(result).rstrip("\n") + "\n"


class ReadmeOptions:
    """The README's list of options. Its meanings are written by hand; which commands have an option is not."""

    _item = re.compile(r"^- (?P<options>`--[^(]*`) \((?P<commands>[^)]*)\): (?P<meaning>[^\n]*(?:\n  [^\n]*)*)", re.M)

    def __init__(self, programs: list[Command]):
        self.commands: dict[str, list[Command]] = {}
        for program in programs:
            for command in program.subcommands:
                self.commands.setdefault(command.words[1], []).extend(command.leaves())

    def corrected(self, readme: str) -> str:
        return self._item.sub(self._corrected, readme)

    def _corrected(self, item: re.Match[str]) -> str:
        commands = self._having(re.findall(r"--[a-z][a-z-]*", item["options"]))
        return _filled(f"- {item['options']} ({commands}): {' '.join(item['meaning'].split())}", "  ")

    def _having(self, names: list[str]) -> str:
        """The commands that have all of these options, or those that do not when they are fewer."""
        having, lacking = [], []
        for name, leaves in self.commands.items():
            options = {option for leaf in leaves for argument in leaf.options for option in argument.names}
            (having if options.issuperset(names) else lacking).append(name)
        if not having:
            raise SystemExit(f"manual: README.md lists {' '.join(names)}, which no command has")
        if not lacking:
            return "all"
        quoted = [f"`{name}`" for name in (lacking if len(lacking) < len(having) else having)]
        return f"all but {', '.join(quoted)}" if len(lacking) < len(having) else ", ".join(quoted)
