"""Peer: WeasyPrint. Sets a pack as PDF: pack_weasyprint.py CONTENT FONT OUT [PAGES].

The same content as pack_typst.py: each run of rows with as many cells is a table. Needs Pango of the system (Debian:
libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0).
"""

import html
import json
import sys

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

content, font, out = sys.argv[1:4]
with open(content, encoding="utf-8") as file:
    pages = json.load(file)
if len(sys.argv) > 4:
    pages = pages[: int(sys.argv[4])]
parts = []
for rows in pages:
    parts.append("<section>")
    columns = 0
    for cells in rows:
        if columns != len(cells):
            parts.append("</table><table>" if columns else "<table>")
            columns = len(cells)
        parts.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    parts.append("</table></section>" if columns else "</section>")
fonts = FontConfiguration()
style = CSS(
    string=f"""
@font-face {{ font-family: ud; src: url(file://{font}) }}
@page {{ size: A4; margin: 10mm }}
body {{ font-family: ud; font-size: 6pt; margin: 0 }}
section {{ break-after: page; height: 276mm; overflow: hidden }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse }}
td {{ border: 0.4pt solid; padding: 0.7pt 1.5pt }}
""",
    font_config=fonts,
)
HTML(string="".join(parts)).write_pdf(out, stylesheets=[style], font_config=fonts)
print(len(pages))
