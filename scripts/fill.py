#!/usr/bin/env python3
"""Fills in fields of a check list with pikepdf, as a program on a tablet would.

usage: fill.py LIST.pdf FILLED.pdf < names

Each line of standard input is a field's full name: a box is ticked, a line is written on, a signature is signed with a
signature that holds nothing but a name. `step.12.choice` ticks the first of its choices.
"""

import sys

import pikepdf


def fields(node, above=""):
    """Every field with its full name."""
    for kid in node:
        name = above + (("." if above else "") + str(kid["/T"]) if "/T" in kid else "")
        if "/Kids" in kid and any("/T" in below for below in kid["/Kids"]):
            yield from fields(kid["/Kids"], name)
        else:
            yield name, kid


def fill(field):
    kind = field["/FT"]
    areas = field["/Kids"] if "/Kids" in field else [field]
    if kind == "/Btn":
        field["/V"] = pikepdf.Name("/Yes")
        for area in areas:
            area["/AS"] = pikepdf.Name("/Yes")
    elif kind == "/Sig":
        field["/V"] = pikepdf.Dictionary(Type=pikepdf.Name("/Sig"), Name=pikepdf.String("张三"))
    else:
        field["/V"] = pikepdf.String("20:15 张三")


def main():
    source, target = sys.argv[1:]
    wanted = [name.strip() for name in sys.stdin if name.strip()]
    with pikepdf.open(source) as pdf:
        known = dict(fields(pdf.Root.AcroForm.Fields))
        for name in wanted:
            # Of a choice, whose boxes have names below its own, the first box is ticked.
            boxes = (box for box in known if box.startswith((name + ".", name + "-")) and known[box]["/FT"] == "/Btn")
            fill(known[name if name in known else next(boxes)])
        # A text that was typed must be seen: every program draws it its own way.
        pdf.generate_appearance_streams()
        pdf.save(target)


main()
