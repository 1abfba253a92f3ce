"""Headquarters' chronology in Loro, a CRDT library: the same lines, each in a map of a list, changed by setting a key.

headquarters_loro.py make LINES FOLDER   each station's lines, as `andon chronology --json` tells them, as an update of its own
headquarters_loro.py take FOLDER         headquarters takes the updates of the others in and keeps a snapshot
headquarters_loro.py begin FOLDER        opens the snapshot and reads every line; prints how many
"""

import json
import sys
from pathlib import Path

from loro import ExportMode, LoroDoc, LoroMap, VersionVector

KEPT = ("about", "by", "category", "due", "entry_time", "event_time", "from", "key", "line", "means", "no", "station", "task", "text", "to")


def make(lines: Path, folder: Path) -> None:
    stations: dict[str, LoroDoc] = {}
    for entry in json.loads(lines.read_text())["entries"]:
        doc = stations.setdefault(entry["station"], LoroDoc())
        line = doc.get_list("lines").push_container(LoroMap())
        for key in KEPT:
            line.insert(key, entry[key])
        line.insert("state", "open")
        doc.commit()
        if entry["state"] != "open":
            line.insert("state", entry["state"])
            doc.commit()
    for at, doc in enumerate(stations.values()):
        (folder / f"{at}.updates").write_bytes(doc.export(ExportMode.Updates(VersionVector())))


def take(folder: Path) -> None:
    doc = LoroDoc()
    for update in sorted(folder.glob("*.updates")):
        doc.import_(update.read_bytes())
    (folder / "headquarters.snapshot").write_bytes(doc.export(ExportMode.Snapshot()))


def begin(folder: Path) -> None:
    doc = LoroDoc()
    doc.import_((folder / "headquarters.snapshot").read_bytes())
    print(len(doc.get_list("lines").get_deep_value()))


if __name__ == "__main__":
    what, *paths = sys.argv[1:]
    {"make": make, "take": take, "begin": begin}[what](*map(Path, paths))
