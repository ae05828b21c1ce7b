#!/usr/bin/env python3
"""Compares the text that three readers (poppler, MuPDF, PDFium) take out of a check list with the text that its layout put there.

    scripts/check-text.py RUNSHEET

Builds every flow of tests/flows whose pages are kept as text, once as a list to print and once as a form, and compares every
character of every page, except white space, in each reader. In the examples in `output` poppler must find each command with its
white space. Drawn by poppler, the form must be the same picture as the list.

Needs poppler-utils and the Python packages pymupdf and pypdfium2.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import pymupdf
import pypdfium2

ROOT = pathlib.Path(__file__).resolve().parent.parent


def poppler(pdf):
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def mupdf(pdf):
    with pymupdf.open(pdf) as document:
        return [page.get_text() for page in document]


def pdfium(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


READERS = [poppler, mupdf, pdfium]


def letters(text):
    """How often each character stands in a text; white space, boxes, lines to write on and change bars left out."""
    text = re.sub(r"\[[ -]\]|_{4,}|▐|\s", "", text)
    return collections.Counter(character for character in text if character.isprintable())


def differences(pdf, pages, form):
    for reader in READERS:
        if form and reader is mupdf:
            # It writes SIGN into fields for signatures.
            continue
        read = reader(pdf)
        if len(read) != len(pages):
            yield f"{reader.__name__} finds {len(read)} pages, not {len(pages)}"
            continue
        for number, (ours, theirs) in enumerate(zip(pages, read), 1):
            ours, theirs = letters(ours), letters(theirs)
            if reader is poppler:
                # It takes a hyphen at the end of a line for one that a printer put there. The other readers don't.
                ours.pop("-", None), theirs.pop("-", None)
            if ours != theirs:
                yield f"{reader.__name__}, page {number}: lacks {dict(ours - theirs)}, adds {dict(theirs - ours)}"


def pictures(pdf, folder):
    subprocess.run(["pdftoppm", "-r", "100", "-gray", pdf, folder / "page"], check=True)
    return [path.read_bytes() for path in sorted(folder.iterdir())]


PASTED = {"run", "shows", "shows-bad"}


def commands(value, key=""):
    """The commands of a flow and what comes out of them, where no value is put in."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from commands(inner, "command" if key == "command" and name in PASTED else name)
    elif isinstance(value, list):
        for inner in value:
            yield from commands(inner, key)
    elif key == "command" and "{{" not in value:
        yield value.rstrip("\n")


def arguments_of(case):
    """What `tests/build.rs` gives the command."""
    if (case / "args").exists():
        return (case / "args").read_text().splitlines()
    return ["flow.toml", *(["--release", "release.toml"] if (case / "release.toml").exists() else [])]


def main(runsheet):
    faults, checked = [], 0
    for expected in sorted(ROOT.glob("tests/flows/*/expected/checklist.pages.txt")):
        case = expected.parent.parent
        pages = [page.split("\n", 1)[1] for page in expected.read_text().split("══ page ")[1:]]
        arguments = arguments_of(case)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            drawn = []
            for more in [[], ["--fillable"]]:
                out = folder / ("form" if more else "list")
                command = [runsheet, "build", *arguments, "-o", out, "--only", "pdf", *more]
                made = subprocess.run(command, cwd=case, capture_output=True)
                found = list(out.glob("**/checklist.pdf"))
                # Some cases have faults in a second flow.
                if len(found) != 1:
                    faults.append(f"{case.name}: not built: {made.stderr.decode()}")
                    continue
                faults += [f"{case.name}: {what}" for what in differences(found[0], pages, bool(more))]
                if sum(1 for _ in differences(found[0], [pages[0] + "x", *pages[1:]], True)) != 2:
                    faults.append(f"{case.name}: a character too few isn't noticed")
                (folder / f"pictures-{len(drawn)}").mkdir()
                drawn.append(pictures(found[0], folder / f"pictures-{len(drawn)}"))
            if len(drawn) == 2 and drawn[0] != drawn[1]:
                faults.append(f"{case.name}: a form isn't printed as the list is")
            checked += 1
    for folder in sorted(ROOT.glob("output/*/*/")):
        # Those of the cold operations stand on a list of their own.
        text = "".join(page for pdf in sorted(folder.glob("*.pdf")) for page in poppler(pdf))
        name = folder.parent.name
        flow = tomllib.loads((ROOT / "flows" / f"{name}.toml").read_text())
        for command in commands(flow):
            checked += 1
            if command not in text:
                faults.append(f"{name}: poppler doesn't find the command\n{command}")
    print("\n".join(faults) if faults else f"{checked} texts and commands: every character is read")
    return 1 if faults or not checked else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
