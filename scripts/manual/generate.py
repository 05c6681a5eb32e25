#!/usr/bin/env python3
"""Makes the manual from the command definitions of veilray-send and veilray-receive.

    generate.py --programs DIR --man OUT      manual pages in OUT/man1 and OUT/man5
    generate.py --programs DIR --docs         docs/commands.md, and the commands that README.md names with its options
    generate.py --programs DIR --docs --check the same, but only says whether they are up to date

DIR holds the two programs. Instead of them --dump FILE takes what one of them printed for --experimental-dump-help, which is for tests.
The pages' date is that of SOURCE_DATE_EPOCH (seconds since 1970, UTC), so that the same commands make the same bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date, datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True

import commands  # noqa: E402
import markdown  # noqa: E402
import mdoc  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ROOT / "packaging" / "manual"


def day_of_release() -> date:
    try:
        return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc).date()
    except KeyError:
        raise SystemExit("manual: SOURCE_DATE_EPOCH says which date the pages bear; it is not set") from None


def write_pages(programs: list[commands.Command], folder: Path) -> None:
    day = day_of_release()
    pages = {}
    for program in programs:
        pages[f"man1/{program.page}.1"] = mdoc.program_page(program, day, SECTIONS)
        for command in program.subcommands:
            pages[f"man1/{command.page}.1"] = mdoc.command_page(command, day)
    files_page = (SECTIONS / "veilray.5").read_text("utf-8")
    pages["man5/veilray.5"] = files_page.replace("@DATE@", f"{day:%B} {day.day}, {day.year}")
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def update_documents(programs: list[commands.Command], only_check: bool) -> int:
    readme = ROOT / "README.md"
    wanted = {
        ROOT / "docs" / "commands.md": markdown.page(programs),
        readme: markdown.ReadmeOptions(programs).corrected(readme.read_text("utf-8")),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if only_check:
            print(f"manual: {path.relative_to(ROOT)} differs from the commands; 'make docs' writes it", file=sys.stderr)
        else:
            path.write_text(wanted[path], "utf-8")
            print(f"manual: wrote {path.relative_to(ROOT)}")
    return 1 if stale and only_check else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--programs", type=Path)
    source.add_argument("--dump", type=Path)
    parser.add_argument("--man", type=Path)
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.dump:
        programs = [commands.read(options.dump.read_text("utf-8"))]
    else:
        programs = [commands.ask(options.programs / name) for name in ("veilray-send", "veilray-receive")]
    if options.man:
        write_pages(programs, options.man)
    return update_documents(programs, options.check) if options.docs else 0


if __name__ == "__main__":
    sys.exit(main())
