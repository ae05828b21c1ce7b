#!/usr/bin/env python3
"""Fills in, saves and signs a list with the programs that people use, and asks `verify` what it says of each file. The
tables in docs/record*.md are what comes out.

usage: check-programs.py RUNSHEET FLOW.toml NODE_MODULES [--write]

Needs qpdf, mutool, gs and node, the Python packages pikepdf, pymupdf, pypdfium2 and pyhanko, and in the folder
NODE_MODULES pdfjs-dist and pdf-lib. With --write the tables are written; without, they are compared.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pikepdf
import pymupdf
import pypdfium2
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from signer import signer

ROOT = pathlib.Path(__file__).resolve().parent.parent
GRADES = {
    ("as-written", True): ("1: as runsheet wrote it, with what was filled in behind it", "1 级：与生成时逐字节相同，填写的内容附在后面"),
    ("saved-again", True): ("2: saved by another program, the pages as they were made", "2 级：由其他程序另存，页面与生成时一致"),
    ("differs", False): ("3: not as it was made; exit code 1", "3 级：与生成时不同；退出码 1"),
    ("cannot-tell", False): ("3: it can't be told; exit code 1", "3 级：无法判断；退出码 1"),
}
NODE = r"""
import fs from 'fs';
import { pathToFileURL } from 'url';
const [modules, source, browser, twice, library] = process.argv.slice(2);
const load = path => import(pathToFileURL(`${modules}/${path}`));
const pdfjs = await load('pdfjs-dist/legacy/build/pdf.mjs');
async function fill(from, to, field, value) {
  const data = new Uint8Array(fs.readFileSync(from));
  const document = await pdfjs.getDocument({ data, verbosity: 0 }).promise;
  const known = await document.getFieldObjects();
  const area = known[field].find(area => area.rect && area.rect.some(edge => edge));
  document.annotationStorage.setValue(area.id, { value });
  fs.writeFileSync(to, await document.saveDocument());
}
await fill(source, browser, 'step.1.operator', true);
await fill(browser, twice, 'step.1.time', '20:15');
const { PDFDocument } = (await load('pdf-lib/cjs/index.js')).default;
const document = await PDFDocument.load(fs.readFileSync(source));
document.getForm().getCheckBox('step.1.operator').check();
document.getForm().getTextField('step.1.time').setText('20:15');
fs.writeFileSync(library, await document.save());
"""


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def sign(source, target, by, who, **options):
    with open(source, "rb") as file:
        writer = IncrementalPdfFileWriter(file, strict=False)
        meta = signers.PdfSignatureMetadata(field_name=f"final.signature.{who}.signature", **options)
        target.write_bytes(signers.PdfSigner(meta, signer=by).sign_pdf(writer).getbuffer())


def filled(document):
    """The document, with a box ticked and a line written on."""
    for page in document:
        for area in page.widgets() or []:
            if area.field_name == "step.1.operator":
                area.field_value = True
                area.update()
            elif area.field_name == "step.1.time":
                area.field_value = "20:15"
                area.update()
    return document


def opened(source):
    return pymupdf.open(source)


def drawn(source, target, draw):
    document = opened(source)
    draw(document[0])
    document.save(target)


def appended(source, target):
    shutil.copy(source, target)
    filled(opened(target)).saveIncr()


def pikepdf_saved(source, target, change=None):
    with pikepdf.open(source) as pdf:
        if change:
            change(pdf)
        pdf.save(target)


def tick(pdf):
    for page in pdf.pages:
        for area in page.Annots:
            if area.get("/T") == "operator" and area.Parent.get("/T") == "1" and "/AS" in area:
                area.V = area.AS = pikepdf.Name.Yes


def covered(page):
    page.draw_rect(pymupdf.Rect(50, 50, 300, 300), color=(1, 1, 1), fill=(1, 1, 1))


def white_ink(page):
    ink = page.add_ink_annot([[(100, 100), (200, 100)]])
    ink.set_colors(stroke=(1, 1, 1))
    ink.update()


def pdfium(source, target):
    document = pypdfium2.PdfDocument(source)
    document.init_forms()
    document.save(target)


def cases(folder, source, modules):
    """Each file that a program makes: who makes it and what is done, in both languages."""
    by = signer()
    paths = iter(folder / f"{number}.pdf" for number in range(100))

    def case(program, english, chinese, make):
        target = next(paths)
        make(target)
        return program, english, chinese, target

    source = pathlib.Path(source)
    yield case("qpdf", "saves", "另存", lambda to: run("qpdf", source, to))
    yield case("qpdf", "saves for the web (linearized)", "另存为网页浏览（线性化）", lambda to: run("qpdf", "--linearize", source, to))
    yield case("qpdf", "saves with object streams", "用对象流另存", lambda to: run("qpdf", "--object-streams=generate", source, to))
    yield case("mutool", "`clean`", "`clean`", lambda to: run("mutool", "clean", source, to))
    yield case("mutool", "`clean -c`", "`clean -c`", lambda to: run("mutool", "clean", "-c", source, to))
    yield case("mutool", "`clean -d -a`", "`clean -d -a`", lambda to: run("mutool", "clean", "-d", "-a", source, to))
    yield case("mutool", "`clean -s`: writes the pages anew", "`clean -s`：重写页面", lambda to: run("mutool", "clean", "-s", source, to))
    yield case("Ghostscript", "writes the file anew, without its fields", "重写文件，去掉表单域", lambda to: run("gs", "-q", "-sDEVICE=pdfwrite", "-o", to, source))
    yield case("pikepdf", "saves", "另存", lambda to: pikepdf_saved(source, to))
    yield case("pikepdf", "ticks a box", "勾选", lambda to: pikepdf_saved(source, to, tick))
    yield case("PDFium", "saves", "另存", lambda to: pdfium(source, to))
    yield case("PyMuPDF", "fills in, saves", "填写并另存", lambda to: filled(opened(source)).save(to))
    incremental = next(paths)
    appended(source, incremental)
    yield "PyMuPDF", "fills in, appends", "填写并追加保存", incremental
    ink = [[(100, 100), (120, 130), (200, 100)]]
    yield case("PyMuPDF", "draws with a pen", "用笔画线", lambda to: drawn(source, to, lambda page: page.add_ink_annot(ink)))
    browser, twice, library = next(paths), next(paths), next(paths)
    script = folder / "fill.mjs"
    script.write_text(NODE)
    run("node", script, os.path.abspath(modules), source, browser, twice, library)
    yield "pdf.js", "fills in", "填写", browser
    yield "pdf.js", "fills in, twice", "填写两次", twice
    yield "pdf-lib", "fills in, saves", "填写并另存", library
    once, both = next(paths), next(paths)
    sign(source, once, by, "operator")
    yield "pyHanko", "signs", "签名", once
    sign(once, both, by, "checker")
    yield "pyHanko", "signs, a second person too", "两人先后签名", both
    certified = {"certify": True, "docmdp_permissions": fields.MDPPerm.FILL_FORMS}
    yield case("pyHanko", "certifies", "认证签名", lambda to: sign(source, to, by, "operator", **certified))
    yield case("PyMuPDF, pyHanko", "fills in, signs", "填写后签名", lambda to: sign(incremental, to, by, "operator"))
    behind = next(paths)
    shutil.copy(once, behind)
    filled(opened(behind)).saveIncr()
    yield "pyHanko, PyMuPDF", "signs, then fills in", "签名后又填写", behind
    yield case("PyMuPDF", "paints a white area over a page", "用白色盖住页面", lambda to: drawn(source, to, covered))
    yield case("PyMuPDF", "draws in white", "用白色画线", lambda to: drawn(source, to, white_ink))
    note = lambda page: page.add_freetext_annot(pymupdf.Rect(50, 50, 200, 80), "approved")
    yield case("PyMuPDF", "puts words over a page", "在页面上加字", lambda to: drawn(source, to, note))
    turn = lambda pdf: pdf.pages[0].rotate(180, relative=False)
    yield case("pikepdf", "turns a page", "旋转页面", lambda to: pikepdf_saved(source, to, turn))

    def without_page(pdf):
        del pdf.pages[1]

    yield case("pikepdf", "takes a page out", "删除一页", lambda to: pikepdf_saved(source, to, without_page))


def main():
    runsheet, flow, modules = sys.argv[1:4]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        build = [runsheet, "build", flow, "--fillable", "--only", "pdf", "-o", folder]
        run(*build)
        source = next(folder.glob("**/checklist.pdf"))
        for program, english, chinese, file in cases(folder, source, modules):
            said = subprocess.run([runsheet, "verify", file, "--format", "json"], capture_output=True, text=True)
            verdict = json.loads(said.stdout)
            graded = GRADES.get((verdict["grade"], verdict["ok"]))
            if graded is None:
                graded = ("1, and what came behind the last signature; exit code 1", "1 级，并指出最后一个签名之后的内容；退出码 1")
                assert "came behind the last signature" in " ".join(verdict["faults"]), (program, english, verdict["faults"])
            if verdict["drawings"]:
                graded = (graded[0] + "; “drawn on” with the page", graded[1] + "；指出画过的页")
            rows.append((program, english, chinese, *graded))
    tables = {
        "record.md": ["| program | what it does | what `verify` says |", "|---|---|---|"]
        + [f"| {program} | {english} | {said} |" for program, english, _, said, _ in rows],
        "record.zh-CN.md": ["| 程序 | 做什么 | `verify` 的结论 |", "|---|---|---|"]
        + [f"| {program} | {chinese} | {said} |" for program, _, chinese, _, said in rows],
    }
    for name, table in tables.items():
        path = ROOT / "docs" / name
        before, rest = path.read_text().split("<!-- programs -->\n", 1)
        written, after = rest.split("<!-- end -->", 1)
        table = "\n".join(table) + "\n"
        if "--write" in sys.argv:
            path.write_text(f"{before}<!-- programs -->\n{table}<!-- end -->{after}")
        elif written != table:
            print(table)
            sys.exit(f"docs/{name}: the table isn't what comes out; write it with --write")
    print(f"{len(rows)} files by other programs, each told as docs/record.md says")


main()
