"""What ArgumentParser tells about a program's commands (`--experimental-dump-help`), without what is hidden."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Argument:
    """An option, a flag or an operand of a command."""

    names: tuple[str, ...]  # with dashes, in the order of the source; none for operands
    value: str | None  # what stands for the value; none for flags
    required: bool
    repeats: bool
    abstract: str
    discussion: str
    values: tuple[str, ...]  # all that there are, if they are few
    default: str | None
    section: str | None

    @property
    def long_name(self) -> str:
        return next((name for name in self.names if name.startswith("--")), self.names[0] if self.names else "")

    @property
    def sentences(self) -> list[str]:
        """What the help says, then what its brackets add."""
        added = []
        text = f"{self.abstract} {self.discussion}"
        if self.values and not all(re.search(rf"\b{re.escape(value)}\b", text) for value in self.values):
            added.append(f"One of {', '.join(self.values)}.")
        if self.default is not None and "default" not in text:
            added.append(f"By default {self.default}.")
        return [part for part in (self.abstract, " ".join(added), self.discussion) if part]


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]  # the program and the sub-commands that lead here
    abstract: str
    discussion: str
    arguments: tuple[Argument, ...]
    subcommands: tuple["Command", ...] = field(default=())

    @property
    def page(self) -> str:
        return "-".join(self.words)

    @property
    def operands(self) -> list[Argument]:
        return [argument for argument in self.arguments if not argument.names]

    @property
    def options(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.names]

    def sections(self) -> list[tuple[str | None, list[Argument]]]:
        """The options under the headings of the help, those without one first."""
        sections: dict[str | None, list[Argument]] = {None: []}
        for option in self.options:
            sections.setdefault(option.section, []).append(option)
        return [(title, options) for title, options in sections.items() if options]

    def leaves(self) -> list["Command"]:
        """Itself and all below that do something of their own."""
        below = [leaf for command in self.subcommands for leaf in command.leaves()]
        return ([self] if not self.subcommands or self.operands else []) + below


def ask(program: Path) -> Command:
    """The commands of an executable."""
    answer = subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True, timeout=60)
    return read(answer.stdout)


def read(dump: str | bytes) -> Command:
    tool = json.loads(dump)
    if tool.get("serializationVersion") != 0:
        raise SystemExit(f"manual: version {tool.get('serializationVersion')} of the commands' description is not known")
    return _command(tool["command"], ())


def _command(node: dict, above: tuple[str, ...]) -> Command:
    words = (*above, node["commandName"])
    arguments = [_argument(argument) for argument in node.get("arguments") or [] if argument.get("shouldDisplay", True)]
    if above:
        # Every sub-command inherits these two; the program's own page tells of them.
        arguments = [argument for argument in arguments if argument.long_name not in ("--help", "--version")]
    return Command(
        words,
        node.get("abstract") or "",
        node.get("discussion") or "",
        tuple(arguments),
        tuple(
            _command(below, words)
            for below in node.get("subcommands") or []
            if below.get("shouldDisplay", True) and below["commandName"] != "help"
        ),
    )


def _argument(node: dict) -> Argument:
    return Argument(
        names=tuple(("--" if name["kind"] == "long" else "-") + name["name"] for name in node.get("names") or []),
        value=None if node["kind"] == "flag" else node.get("valueName") or "value",
        required=not node.get("isOptional", False),
        repeats=node.get("isRepeating", False),
        abstract=node.get("abstract") or "",
        discussion=node.get("discussion") or "",
        values=tuple(node.get("allValues") or ()),
        default=node.get("defaultValue"),
        section=node.get("sectionTitle"),
    )


@dataclass(frozen=True)
class Discussion:
    """A command's discussion, taken apart by how its paragraphs begin."""

    description: list[str]
    examples: list[str]
    exit_codes: list[str]

    @staticmethod
    def of(command: Command) -> "Discussion":
        parts = Discussion([], [], [])
        for paragraph in re.split(r"\n\s*\n", command.discussion.strip()):
            if re.match(r"Examples?:", paragraph):
                parts.examples.append(re.sub(r"^Examples?:\s*", "", paragraph))
            elif re.match(r"Exit codes?\b", paragraph):
                parts.exit_codes.append(paragraph)
            elif paragraph:
                parts.description.append(paragraph)
        return parts
