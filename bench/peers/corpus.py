"""Writes a corpus of messages for the decode bench: corpus.py TREE OUT COUNT.

OUT.jis holds the bytes as the tree has them, OUT.utf8 the same messages decoded for peers that read UTF-8 only.
Each message stands after its length in four bytes (little end first). Files are taken in sorted order, every k-th,
so that all kinds of data are in it. A message that Python cannot decode whole is left out of both.
"""

import os
import struct
import sys

tree, out, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
paths = sorted(
    os.path.join(folder, name)
    for folder, _, names in os.walk(tree)
    for name in names
    if name.count("_") >= 6
)
step = max(1, len(paths) // (count * 2))
written = skipped = 0
with open(out + ".jis", "wb") as jis, open(out + ".utf8", "wb") as utf8:
    for path in paths[::step]:
        if written == count:
            break
        with open(path, "rb") as file:
            raw = file.read()
        if not raw.startswith(b"MSH|"):
            continue
        try:
            text = raw.decode("iso2022_jp_ext").encode()
        except UnicodeDecodeError:
            skipped += 1
            continue
        for target, data in ((jis, raw), (utf8, text)):
            target.write(struct.pack("<I", len(data)) + data)
        written += 1
print(written, skipped)
