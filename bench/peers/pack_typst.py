"""Peer: Typst, as its Python wheel. Sets a pack as PDF: pack_typst.py CONTENT FONT OUT [PAGES].

The same content as pack_reportlab.py: each run of rows with as many cells is a table.
"""

import json
import os
import sys
import tempfile

import typst

content, font, out = sys.argv[1:4]
with open(content, encoding="utf-8") as file:
    pages = json.load(file)
if len(sys.argv) > 4:
    pages = pages[: int(sys.argv[4])]
tables = []
for rows in pages:
    page = []
    for cells in rows:
        if not page or page[-1]["columns"] != len(cells):
            page.append({"columns": len(cells), "cells": []})
        page[-1]["cells"].extend(cells)
    tables.append(page)
SOURCE = """
#set page(paper: "a4", margin: 10mm)
#set text(font: "BIZ UDGothic", size: 6pt, lang: "ja")
#set block(spacing: 0pt)
#for (no, page) in json("content.json").enumerate() {
  if no > 0 { pagebreak() }
  block(height: 100%, clip: true, for each in page {
    table(columns: (1fr,) * each.columns, inset: 1.5pt, stroke: 0.4pt, ..each.cells.map(cell => text(cell)))
  })
}
"""
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "content.json"), "w", encoding="utf-8") as file:
        json.dump(tables, file, ensure_ascii=False)
    source = os.path.join(folder, "pack.typ")
    with open(source, "w", encoding="utf-8") as file:
        file.write(SOURCE)
    typst.compile(source, output=out, font_paths=[os.path.dirname(font)], ignore_system_fonts=True)
print(len(pages))
