"""Peer: python hl7. Parses each message of a UTF-8 corpus and takes the patient's number and name: FILE COUNT."""

import struct
import sys

import hl7

with open(sys.argv[1], "rb") as file:
    data = file.read()
messages, at = [], 0
while at < len(data):
    (length,) = struct.unpack_from("<I", data, at)
    messages.append(data[at + 4 : at + 4 + length])
    at += 4 + length
good = size = 0
for raw in messages[: int(sys.argv[2])]:
    text = raw.decode().replace("\r\n", "\r").replace("\n", "\r").rstrip("\x1c\r")
    try:
        pid = hl7.parse(text).segment("PID")
        size += len(str(pid[3])) + len(str(pid[5]))
        good += 1
    except (KeyError, IndexError, hl7.HL7Exception):
        continue
print(good, size)
