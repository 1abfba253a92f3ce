"""Writes a corpus of messages for the decode bench: corpus.py TREE OUT COUNT.

Folder OUT.jis holds the files as the tree has them, OUT.utf8 the same ones in UTF-8 (MSH-18 says so); file OUT.corpus
holds the latter in one piece, for peers that read UTF-8 only: each message after its length in four bytes (little end
first). Files are taken in sorted order, every k-th,
so that all kinds of data are in it. A message that Python cannot decode whole is left out of both.
"""

import os
import shutil
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


def put(ending, path, data):
    target = os.path.join(out + ending, os.path.relpath(path, tree))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(data)


for ending in (".jis", ".utf8"):
    shutil.rmtree(out + ending, ignore_errors=True)
with open(out + ".corpus", "wb") as corpus:
    for path in paths[::step]:
        if written == count:
            break
        with open(path, "rb") as file:
            raw = file.read()
        if not raw.startswith(b"MSH|"):
            continue
        try:
            text = raw.decode("iso2022_jp_ext").replace("~ISO IR87", "UNICODE UTF-8", 1).encode()
        except UnicodeDecodeError:
            skipped += 1
            continue
        put(".jis", path, raw)
        put(".utf8", path, text)
        corpus.write(struct.pack("<I", len(text)) + text)
        written += 1
print(written, skipped)
