// Draws pages with a Chromium, for `cargo x look` (xtask/src/look.rs), which says in one JSON argument: browser (null:
// Chromium 109 of the npm package, unpacked here), link that opens the station, folder to draw into, pages as [name, address].
// Speaks the DevTools protocol over the browser's own pipe: nothing to install, no port to find. JavaScript is off in pages.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const wish = JSON.parse(process.argv[2]);
// Width and height in CSS pixels, device pixels to each; 200 % zoom is half of them at twice the pixels.
const VIEWS = [
  { name: "100", width: 1280, height: 800, scale: 1 },
  { name: "200", width: 640, height: 400, scale: 2 },
];
// Taller pages are cut: nobody looks at a picture of fifty screens.
const TALLEST = 6000;

function chromium109() {
  const unpacked = join(wish.out, "..", "work", "chromium-109");
  if (!existsSync(unpacked)) {
    const packed = readFileSync("assets/node_modules/@sparticuz/chromium/bin/chromium.br");
    writeFileSync(unpacked, brotliDecompressSync(packed));
    chmodSync(unpacked, 0o755);
  }
  return unpacked;
}

class Browser {
  constructor(binary) {
    this.profile = mkdtempSync(join(tmpdir(), "andon-look-"));
    const words = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
      "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe", `--user-data-dir=${this.profile}`];
    this.process = spawn(binary, words, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    [this.asked, this.number, this.heard, this.events] = [new Map(), 0, "", []];
    this.process.stdio[4].on("data", (bytes) => this.hear(bytes.toString("utf8")));
    this.process.on("exit", () => this.asked.forEach(({ fail }) => fail(new Error(`${binary} ended`))));
  }

  hear(text) {
    const parts = (this.heard + text).split("\0");
    this.heard = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      const waiting = this.asked.get(message.id);
      if (waiting) {
        this.asked.delete(message.id);
        message.error ? waiting.fail(new Error(`${waiting.method}: ${message.error.message}`)) : waiting.done(message.result);
      }
      this.events = this.events.filter(({ method, done }) => method !== message.method || done(message.params));
    }
  }

  ask(method, params = {}) {
    const id = ++this.number;
    return new Promise((done, fail) => {
      this.asked.set(id, { method, done, fail });
      this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.session }) + "\0");
    });
  }

  event(method) {
    return new Promise((done) => this.events.push({ method, done: (params) => { done(params); return false; } }));
  }

  async open() {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
    this.session = (await this.ask("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    await this.ask("Page.enable");
    await this.ask("Emulation.setScriptExecutionDisabled", { value: true });
  }

  async go(url) {
    const loaded = this.event("Page.loadEventFired");
    await this.ask("Page.navigate", { url });
    await loaded;
  }

  async draw(file, view, whole) {
    const size = { width: view.width, deviceScaleFactor: view.scale, mobile: false };
    await this.ask("Emulation.setDeviceMetricsOverride", { ...size, height: view.height });
    if (whole) {
      const { cssContentSize } = await this.ask("Page.getLayoutMetrics");
      const height = Math.max(view.height, Math.min(TALLEST, Math.ceil(cssContentSize.height)));
      await this.ask("Emulation.setDeviceMetricsOverride", { ...size, height });
      if (cssContentSize.width > view.width) console.log(`✗ ${file}: ${cssContentSize.width} wide, ${view.width} there`);
    }
    const { data } = await this.ask("Page.captureScreenshot", { format: "png" });
    writeFileSync(file, Buffer.from(data, "base64"));
  }

  async close() {
    const ended = new Promise((done) => this.process.on("exit", done));
    this.process.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true });
  }
}

mkdirSync(wish.out, { recursive: true });
const browser = new Browser(wish.browser ?? chromium109());
await browser.open();
await browser.go(wish.link);
const origin = new URL(wish.link).origin;
for (const [name, address] of wish.pages) {
  for (const language of ["ja", "en"]) {
    const hash = address.indexOf("#");
    const [path, anchor] = hash < 0 ? [address, ""] : [address.slice(0, hash), address.slice(hash)];
    await browser.go(`${origin}${path}${path.includes("?") ? "&" : "?"}lang=${language}${anchor}`);
    for (const view of VIEWS) {
      const file = (what) => join(wish.out, `${name}.${language}.${view.name}${what}.png`);
      await browser.draw(file(".first"), view, false);
      await browser.draw(file(""), view, true);
    }
  }
  await browser.ask("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
  await browser.draw(join(wish.out, `${name}.contrast.png`), VIEWS[0], false);
  await browser.ask("Emulation.setEmulatedMedia", { features: [] });
  await browser.ask("Emulation.setEmulatedMedia", { media: "print" });
  await browser.draw(join(wish.out, `${name}.print.png`), { ...VIEWS[0], width: 794 }, true);
  await browser.ask("Emulation.setEmulatedMedia", { media: "" });
}
await browser.close();
