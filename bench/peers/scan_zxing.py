"""zxing-cpp over pictures of pages: `scan_zxing.py FILE…` prints JSON, for each file the texts of its QR codes. Files by a list on standard input."""
import json
import sys

import zxingcpp
from PIL import Image

seen = {}
for line in sys.stdin:
    file = line.strip()
    page = Image.open(file).convert("L")
    across, down = page.info.get("dpi", (1, 1))
    if across > down * 1.2:
        page = page.resize((page.width, round(page.height * across / down)))
    found = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    seen[file] = [code.text for code in found]
json.dump(seen, sys.stdout)
