#!/usr/bin/env python3
"""Fills in fields of a check list with PyMuPDF, as a program on a tablet would, and signs with pyHanko.

usage: fill.py LIST.pdf FILLED.pdf < names

Each line of standard input is a field's full name: a box is ticked, a line is written on, a signature is signed with a key
that is made for it. `step.12.option` ticks the first of its boxes.
"""

import pathlib
import sys

import pymupdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from signer import signer


def main():
    source, target = sys.argv[1:]
    wanted = [name.strip() for name in sys.stdin if name.strip()]
    # Of a question, whose boxes have names below its own, the first box is ticked.
    known = [area.field_name for page in pymupdf.open(source) for area in page.widgets()]
    chosen = {name if name in known else next(box for box in known if box.startswith(name + ".")) for name in wanted}
    signed = []
    document = pymupdf.open(source)
    for page in document:
        for area in page.widgets():
            if area.field_name not in chosen:
                continue
            if area.field_type == pymupdf.PDF_WIDGET_TYPE_SIGNATURE:
                signed.append(area.field_name)
                continue
            is_box = area.field_type == pymupdf.PDF_WIDGET_TYPE_CHECKBOX
            area.field_value = True if is_box else "20:15 Li"
            area.update()
    document.save(target)
    by = signer()
    for name in dict.fromkeys(signed):
        with open(target, "rb") as file:
            writer = IncrementalPdfFileWriter(file, strict=False)
            signature = signers.PdfSigner(signers.PdfSignatureMetadata(field_name=name), signer=by).sign_pdf(writer)
        pathlib.Path(target).write_bytes(signature.getbuffer())


main()
