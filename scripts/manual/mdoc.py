"""Manual pages in mdoc(7)."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

from commands import Argument, Command, Discussion

# A word that mdoc would take for a macro or for punctuation when it is an argument of one.
_PLAIN_WORD = re.compile(r"[\w@#%+=:/,.\-\\]{3,}$")


def escape(text: str) -> str:
    """Text that is printed as it is. Hyphens of options become minus signs, so that they can be copied."""
    text = text.replace("\\", "\\e")
    text = re.sub(r"(?<![\w-])--?(?=\w)", lambda dashes: "\\-" * len(dashes.group()), text)
    return text


def lines(text: str) -> list[str]:
    """A paragraph, each sentence from the beginning of a line."""
    result = []
    for sentence in re.split(r"(?<=[.?!:;])\s+(?=[A-Z'‘“])", " ".join(text.split())):
        result += textwrap.wrap(escape(sentence), 78, break_long_words=False, break_on_hyphens=False)
    return [_shielded(line) for line in result]


def _shielded(line: str) -> str:
    """A line that is no request, whatever it begins with."""
    return f"\\&{line}" if line.startswith((".", "'")) else line


def word(text: str) -> str:
    """One argument of a macro."""
    text = text.replace("\\", "\\e").replace('"', "\\(dq")
    if " " in text or not text:
        return f'"{text}"'
    return text if _PLAIN_WORD.match(text) else f"\\&{text}"


def flag(name: str) -> str:
    # .Fl prints one dash by itself.
    return f"Fl {name[1:]}"


def _option(option: Argument) -> str:
    text = " , ".join(flag(name) for name in option.names)
    return text if option.value is None else f"{text} Ar {word(option.value)}"


def _synopsis(command: Command) -> list[str]:
    result = [f".Nm {command.words[0]}", *(f".Cm {part}" for part in command.words[1:])]
    if command.subcommands and not command.operands:
        return [*result, ".Ar command", ".Op Ar arguments"]
    for option in sorted(command.options, key=lambda option: not option.required):
        preferred = flag(option.long_name) + ("" if option.value is None else f" Ar {word(option.value)}")
        repeated = " Ns ..." if option.repeats and option.value is not None else ""
        result.append(f".{preferred}{repeated}" if option.required else f".Op {preferred}{repeated}")
    for operand in command.operands:
        words = f"Ar {word(operand.value or '')}" + (" ..." if operand.repeats else "")
        result.append(f".{words}" if operand.required else f".Op {words}")
    return result


def _paragraphs(texts: list[str]) -> list[str]:
    result: list[str] = []
    for index, text in enumerate(texts):
        if index:
            result.append(".Pp")
        result += lines(text)
    return result


def _literal(text: str) -> list[str]:
    body = [_shielded(escape(line)) for line in text.strip("\n").split("\n")]
    return [".Bd -literal -offset indent", *body, ".Ed"]


def _list(arguments: list[Argument], head) -> list[str]:
    result = [".Bl -tag -width Ds"]
    for argument in arguments:
        result.append(f".It {head(argument)}")
        result += [line for text in argument.sentences for line in lines(text)]
        if argument.repeats and argument.names and argument.value is not None and "repeated" not in argument.abstract:
            result.append("May be given more than once.")
    return [*result, ".El"]


def _arguments(command: Command, heading: str) -> list[str]:
    result = []
    if command.operands:
        result += [".Pp" if heading else "", "Operands:"]
        result += _list(command.operands, lambda operand: f"Ar {word(operand.value or '')}")
    for title, options in command.sections():
        result += [".Pp", f"{escape(title)}:" if title else "Options:"]
        result += _list(options, _option)
    return [line for line in result if line]


def _head(page: str, abstract: str, day: date) -> list[str]:
    return [
        '.\\" Made from the command definitions by scripts/manual. Change those, not this page.',
        f".Dd {day:%B} {day.day}, {day.year}",
        f".Dt {page.upper()} 1",
        ".Os Veilray",
        ".Sh NAME",
        f".Nm {page}",
        f".Nd {escape(abstract).rstrip('.')}",
    ]


def command_page(command: Command, day: date) -> str:
    """The page of one sub-command, with those below it."""
    discussion = Discussion.of(command)
    leaves = command.leaves()
    result = [*_head(command.page, command.abstract, day), ".Sh SYNOPSIS"]
    for leaf in leaves:
        result += _synopsis(leaf)
    # A description may have nothing to add to the abstract.
    result += [".Sh DESCRIPTION", *_paragraphs(discussion.description or [command.abstract])]
    examples, exit_codes = list(discussion.examples), list(discussion.exit_codes)
    if leaves == [command]:
        result += _arguments(command, "first")
    else:
        if command in leaves:
            result += _arguments(command, "first")
        for leaf in leaves:
            if leaf is command:
                continue
            parts = Discussion.of(leaf)
            result += [f".Ss {' '.join(leaf.words[1:])}", *_paragraphs([leaf.abstract, *parts.description]), *_arguments(leaf, "more")]
            examples += parts.examples
            exit_codes += parts.exit_codes
    program = command.words[0]
    result += [".Sh EXIT STATUS", *_paragraphs(exit_codes)]
    result += [*([".Pp"] if exit_codes else []), "All exit codes are listed in", f".Xr {program} 1 ."]
    if examples:
        result += [".Sh EXAMPLES", *(line for example in examples for line in _literal(example))]
    result += [".Sh SEE ALSO", f".Xr {program} 1 ,", ".Xr veilray 5"]
    return "\n".join(result) + "\n"


def program_page(program: Command, day: date, sections: Path) -> str:
    """The page of a whole program. Exit codes and examples are written by hand, in `sections`."""
    result = [*_head(program.page, program.abstract, day), ".Sh SYNOPSIS", *_synopsis(program)]
    for option in program.options:
        if option.long_name in ("--version", "--help"):
            result += [f".Nm {program.words[0]}", f".{flag(option.long_name)}"]
    result += [".Sh DESCRIPTION", *_paragraphs(Discussion.of(program).description)]
    result += [".Pp", "The commands, each with a page of its own:", ".Bl -tag -width Ds"]
    for command in program.subcommands:
        result += [f".It Xr {command.page} 1", *lines(command.abstract)]
    result += [".El", *_arguments(program, "more")]
    exit_status = (sections / "exit-status.mdoc").read_text("utf-8")
    result += [(sections / f"{program.page}.mdoc").read_text("utf-8").replace("@EXIT STATUS@\n", exit_status).rstrip("\n")]
    result += [".Sh SEE ALSO"]
    references = sorted(command.page for command in program.subcommands)
    result += [*(f".Xr {page} 1 ," for page in references), ".Xr veilray 5"]
    return "\n".join(result) + "\n"
