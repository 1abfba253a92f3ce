"""Peer: reportlab. Sets a pack as PDF: pack_reportlab.py CONTENT FONT OUT [PAGES].

CONTENT is JSON: pages of rows of cells, the very words of our own pack. Each row is drawn as a row of a table, its cells
in boxes. Drawn with the canvas, reportlab's quickest way; no line breaking.
"""

import json
import sys

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

content, font, out = sys.argv[1:4]
with open(content, encoding="utf-8") as file:
    pages = json.load(file)
if len(sys.argv) > 4:
    pages = pages[: int(sys.argv[4])]
pdfmetrics.registerFont(TTFont("ud", font))
width, height = A4
left, right, top, bottom = 28, width - 28, height - 28, 28
canvas = Canvas(out, pagesize=A4, pageCompression=1)
for rows in pages:
    step = min(14, (top - bottom) / max(1, len(rows)))
    canvas.setFont("ud", min(8, step * 0.7))
    canvas.setLineWidth(0.4)
    y = top
    for cells in rows:
        wide = (right - left) / max(1, len(cells))
        for at, cell in enumerate(cells):
            canvas.rect(left + at * wide, y - step, wide, step)
            canvas.drawString(left + at * wide + 2, y - step * 0.75, cell)
        y -= step
    canvas.showPage()
canvas.save()
print(len(pages))
