"""Peer: what a hospital would write in an afternoon. Walks a tree, parses with hl7lw, loads SQLite: ROOT DB.

One row a message (path, patient, kind, bytes) and one a segment, in transactions of a thousand files, WAL and FULL as
ours. Not encrypted, not compressed.
"""

import os
import sqlite3
import sys

import hl7lw

root, path = sys.argv[1], sys.argv[2]
base = sqlite3.connect(path)
base.execute("PRAGMA journal_mode=WAL")
base.execute("PRAGMA synchronous=FULL")
base.execute("CREATE TABLE message (no INTEGER PRIMARY KEY, path TEXT UNIQUE, patient TEXT, kind TEXT, body BLOB)")
base.execute("CREATE TABLE segment (message INTEGER, name TEXT, text TEXT)")
base.execute("CREATE INDEX by_patient ON message (patient)")
parser = hl7lw.Hl7Parser(newline_as_terminator=True, ignore_invalid_segments=True, allow_unterminated_last_segment=True)
good = bad = 0
for folder, _, names in os.walk(root):
    for name in names:
        full = os.path.join(folder, name)
        with open(full, "rb") as file:
            raw = file.read()
        parts = name.split("_")
        row = (full, parts[0], parts[2] if len(parts) > 2 else "", raw)
        number = base.execute("INSERT INTO message (path, patient, kind, body) VALUES (?, ?, ?, ?)", row).lastrowid
        try:
            text = raw.decode("iso2022_jp_ext").rstrip("\x1c\r\n")
            message = parser.parse_message(text)
            rows = [(number, segment.name, parser.format_segment(segment)) for segment in message.segments]
            base.executemany("INSERT INTO segment VALUES (?, ?, ?)", rows)
            good += 1
        except (hl7lw.Hl7Exception, UnicodeDecodeError):
            bad += 1
        if (good + bad) % 1000 == 0:
            base.commit()
base.commit()
print(good, bad)
