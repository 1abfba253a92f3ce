// Peer: @medplum/core. Parses each message of a UTF-8 corpus and takes the patient's number and name: FILE COUNT.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The packages lie where the bench installed them, not beside this file.
const { Hl7Message } = createRequire(process.cwd() + '/')('@medplum/core');

const data = readFileSync(process.argv[2]);
const messages = [];
for (let at = 0; at < data.length; ) {
  const length = data.readUInt32LE(at);
  messages.push(data.subarray(at + 4, at + 4 + length));
  at += 4 + length;
}
let good = 0;
let size = 0;
for (const raw of messages.slice(0, Number(process.argv[3]))) {
  const text = raw.toString('utf8').replaceAll('\n', '\r').replace(/[\x1c\r]+$/, '');
  const pid = Hl7Message.parse(text).getSegment('PID');
  if (!pid) continue;
  size += pid.getField(3).toString().length + pid.getField(5).toString().length;
  good += 1;
}
console.log(good, size);
