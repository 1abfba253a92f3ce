// Measures what a browser does with a chart file (閲覧用カルテファイル) of a whole hospital. A file that `andon envelope make` wrote of a drill
// hospital is opened with its figures, grown to many patients and charts by repeating its own, sealed alike, and opened in Chromium.
// One JSON argument: file, papers (its PDF; pdftotext reads the figures), browsers as [name, path] (null: Chromium 109 of the npm
// package, unpacked here), rates (times the CPU is slowed),
// rounds, patients, charts, out (folder for the grown file). Writes `subject,round,measure,value` lines to standard output.
import { execFileSync, spawn } from "node:child_process";
import { webcrypto as crypto } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";

const wish = JSON.parse(process.argv[2]);
const utf8 = new TextEncoder(), bytes = (text) => Buffer.from(text, "base64"), gcm = { name: "AES-GCM", length: 256 };
const nonce = (number) => { const iv = new Uint8Array(12); new DataView(iv.buffer).setUint32(8, number); return iv; };
const bound = (id, what, number) => ({ name: "AES-GCM", iv: nonce(what === "slot" ? 0 : number), additionalData: utf8.encode(`andon-envelope 1 ${what} ${id} ${number}`) });

function chromium109() {
  const unpacked = join(wish.out, "chromium-109");
  if (!existsSync(unpacked)) {
    writeFileSync(unpacked, brotliDecompressSync(readFileSync("assets/node_modules/@sparticuz/chromium/bin/chromium.br")));
    chmodSync(unpacked, 0o755);
  }
  return unpacked;
}

/** All 26 figures of the first sealed sheet. */
function figures() {
  const lines = execFileSync("pdftotext", ["-layout", wish.papers, "-"]).toString().split("\n").map((line) => line.trim().split(/\s+/));
  return lines.find((words) => words.length === 7 && words.every((word) => /^\d+$/.test(word))).join("");
}

/** The file with so many patients and charts: its own again and again, the given names shuffled, each in a box of its own. */
async function grown(digits) {
  const html = readFileSync(wish.file, "utf8");
  const part = (id) => html.match(new RegExp(`id="${id}">([\\s\\S]*?)</script>`))[1];
  const sealed = JSON.parse(part("sealed")), boxes = part("boxes");
  const base = await crypto.subtle.importKey("raw", utf8.encode(digits.slice(0, 24)), "PBKDF2", false, ["deriveKey"]);
  const kdf = { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.salt), iterations: sealed.iterations };
  const own = await crypto.subtle.deriveKey(kdf, base, gcm, false, ["encrypt", "decrypt"]);
  const content = await crypto.subtle.decrypt(bound(sealed.id, "slot", 0), own, bytes(sealed.slots[0]));
  const key = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["decrypt"]);
  let at = 0;
  const held = sealed.lengths.map((length) => bytes(boxes.slice(at, (at += Math.ceil(length / 3) * 4))));
  const open = async (number) => gunzipSync(Buffer.from(await crypto.subtle.decrypt(bound(sealed.id, "box", number), key, held[number])));
  const index = JSON.parse(await open(0)), column = (name) => index.columns.indexOf(name);
  const charts = await Promise.all(index.rows.map((row) => row[column("box")]).filter(Boolean).map(open));
  // Another key: a nonce is used once with each.
  const secret = crypto.getRandomValues(new Uint8Array(32)), fresh = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt"]);
  const seal = async (number, plain) => Buffer.from(await crypto.subtle.encrypt(bound(sealed.id, "box", number), fresh, gzipSync(plain, { level: 9 })));
  const made = [null];
  for (let number = 1; number <= wish.charts; number++) made.push(await seal(number, charts[number % charts.length]));
  made[0] = await seal(0, JSON.stringify({ ...index, rows: rows(index, column) }));
  const slots = [Buffer.from(await crypto.subtle.encrypt(bound(sealed.id, "slot", 0), own, secret)).toString("base64")];
  const head = JSON.stringify({ ...sealed, slots, lengths: made.map((one) => one.length) });
  const file = join(wish.out, "envelope-grown.html");
  writeFileSync(file, html.replace(part("boxes"), () => made.map((one) => one.toString("base64")).join("")).replace(part("sealed"), () => head));
  return file;
}

function rows(index, column) {
  const few = index.rows.length, family = (text) => text.split(/[ 　]/)[0], given = (text) => text.split(/[ 　]/).pop();
  return Array.from({ length: wish.patients }, (_, at) => {
    const row = structuredClone(index.rows[at % few]), other = index.rows[(at * 7919 + Math.floor(at / few)) % few];
    const put = (name, value) => { row[column(name)] = value; };
    for (const [shown, keys] of [["name", "names"], ["kana", "kanas"]]) {
      const text = `${family(row[column(shown)])} ${given(other[column(shown)])}`;
      put(shown, text);
      put(keys, [text.replace(/\s/g, "")]);
    }
    put("id", String(10000000 + at * 37));
    put("key", row[column("id")]);
    put("brief", null);
    put("box", at < wish.charts ? at + 1 : 0);
    if (at >= wish.charts) for (const [name, none] of [["ward", ""], ["place", ""], ["plans", ""], ["days", []]]) put(name, none);
    return row;
  });
}

/** One browser, one file: what takes how long, milliseconds by the page's own clock. */
async function measured(binary, rate, file, digits) {
  const profile = mkdtempSync(join(tmpdir(), "andon-envelope-"));
  const words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", `--user-data-dir=${profile}`];
  const browser = spawn(binary, words, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const asked = new Map();
  let number = 0, heard = "";
  browser.stdio[4].on("data", (data) => {
    heard += data;
    for (let end; (end = heard.indexOf("\0")) >= 0; heard = heard.slice(end + 1)) {
      const said = JSON.parse(heard.slice(0, end));
      asked.get(said.id)?.(said.result ?? said);
    }
  });
  const ask = (method, params = {}, sessionId = undefined) => new Promise((done) => {
    asked.set(++number, done);
    browser.stdio[3].write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
  });
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const run = async (expression) => (await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, sessionId)).result?.value;
  const timed = (act, done) => run(`new Promise(ok => { const from = performance.now(); ${act}; (function look() { if (${done}) requestAnimationFrame(() => setTimeout(() => ok(Math.round(performance.now() - from)))); else setTimeout(look, 5); })(); })`);
  const search = (typed) => timed(`document.getElementById('q').value = '${typed}'; document.getElementById('found-head').textContent = ''; document.getElementById('find-form').requestSubmit()`, "document.getElementById('found-head').textContent !== ''");
  const shown = (id) => `document.getElementById('${id}') && !document.getElementById('${id}').hidden`;
  await ask("Page.enable", {}, sessionId);
  await ask("Emulation.setCPUThrottlingRate", { rate }, sessionId);
  const from = Date.now();
  await ask("Page.navigate", { url: `file://${file}` }, sessionId);
  while (!(await run(shown("unlock")))) await new Promise((later) => setTimeout(later, 10));
  const told = { load_ms: Date.now() - from };
  await run(`{ const first = document.querySelector('.digits input'); first.value = '${digits}'; first.dispatchEvent(new Event('input')); }`);
  told.unlock_to_index_ms = await timed("document.getElementById('go').click()", shown("find"));
  told.search_kana_ms = await search("やま");
  told.search_kanji_ms = await search("田");
  told.search_number_ms = await search("10000370");
  await timed("document.querySelector('#wards button').click()", "document.querySelector('#hits button')");
  const charts = [];
  for (let at = 0; at < 5; at++) {
    await run("document.getElementById('body').replaceChildren()");
    charts.push(await timed(`document.querySelectorAll('#hits button')[${at}].click()`, `${shown("chart")} && document.querySelector('#body .first')`));
    await run("document.getElementById('back').click()");
  }
  [told.chart_fastest_ms, told.chart_median_ms, told.chart_slowest_ms] = [0, 2, 4].map((at) => charts.sort((a, b) => a - b)[at]);
  browser.kill();
  await new Promise((done) => browser.on("exit", done));
  rmSync(profile, { recursive: true, force: true });
  return told;
}

const digits = figures(), file = await grown(digits);
console.log(`subject,round,measure,value\nfile,0,bytes,${readFileSync(file).length}`);
for (let round = 1; round <= wish.rounds; round++) {
  for (const rate of wish.rates) {
    for (const [name, binary] of wish.browsers) {
      for (const [measure, value] of Object.entries(await measured(binary ?? chromium109(), rate, file, digits))) console.log(`${name} cpu÷${rate},${round},${measure},${value}`);
    }
  }
}
rmSync(file);
