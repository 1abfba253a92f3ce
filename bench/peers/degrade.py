"""Pages of printed forms as scanners, faxes and pens leave them: `degrade.py MANIFEST OUT COUNT SEED`.

MANIFEST is JSON, a list of {"pdf", "pages": [{"sheet", "patient"}]} ("sheet" empty where a page carries no code of ours). Draws COUNT pages at random, each once
rendered (pdftoppm) at 150, 200 or 300 dpi, written on with strokes, then skewed up to 5 degrees, turned, blurred, noised, faxed or torn at a corner. Writes the pictures and truth.json.
"""
import json
import math
import random
import subprocess
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter


def strokes(page, chance):
    """Handwriting-like marks: they fall anywhere but on the codes, as a pen that fills a form does; some cross a code's edge."""
    draw = ImageDraw.Draw(page)
    wide, high = page.size
    for _ in range(chance.randint(5, 60)):
        x, y = chance.uniform(0.05, 0.9) * wide, chance.uniform(0.13, 0.9) * high
        points, size = [(x, y)], chance.uniform(0.004, 0.02) * wide
        for _ in range(chance.randint(4, 25)):
            x, y = x + chance.uniform(-0.3, 1.0) * size, y + chance.uniform(-1, 1) * size
            points.append((x, y))
        draw.line(points, fill=chance.randint(0, 110), width=max(1, round(wide / 700)))


def torn(page, chance):
    """One corner is missing, with the code in it."""
    draw = ImageDraw.Draw(page)
    wide, high = page.size
    a, b = chance.uniform(0.1, 0.3) * wide, chance.uniform(0.08, 0.2) * high
    x, y = chance.choice([(0, 0), (wide, 0), (0, high), (wide, high)])
    draw.polygon([(x, y), (abs(x - a), y), (x, abs(y - b))], fill=chance.choice([0, 255]))


def degrade(job):
    pdf, number, path, seed, dpi = job
    chance = random.Random(seed)
    words = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(number), "-l", str(number), "-singlefile", pdf, path]
    subprocess.run(words, check=True)
    page = Image.open(path + ".pgm").convert("L")
    Path(path + ".pgm").unlink()
    strokes(page, chance)
    how = [f"{dpi}dpi"]
    if chance.random() < 0.15:
        torn(page, chance)
        how.append("torn")
    page = page.rotate(chance.uniform(-5, 5), Image.BICUBIC, expand=chance.random() < 0.5, fillcolor=255)
    turn = chance.choice([0, 0, 0, 180, 180, 90, 270])
    if turn:
        page = page.rotate(turn, expand=True)
        how.append(f"turned{turn}")
    if chance.random() < 0.5:
        page = page.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 1.6) * dpi / 200))
        how.append("blurred")
    if chance.random() < 0.5:
        grey = numpy.asarray(page, dtype=numpy.float32)
        noise = numpy.random.default_rng(seed).normal(0, chance.uniform(5, 35), grey.shape)
        light = chance.uniform(0.6, 1.0)
        page = Image.fromarray(numpy.clip(grey * light + noise, 0, 255).astype(numpy.uint8))
        how.append("noised")
    if chance.random() < 0.2:
        # ITU-T T.4: 204 dots an inch across, 98 or 196 down, black and white.
        across, down = page.width * 204 / dpi, page.height * chance.choice([98, 196, 196]) / dpi
        fax = page.resize((math.ceil(across), math.ceil(down)), Image.BILINEAR).point(lambda v: 255 if v > 128 else 0)
        fax.convert("1").save(path + ".tif", compression="group4", dpi=(204, 204 * down / across * page.width / page.height))
        return path + ".tif", how + ["fax"]
    kind = chance.choice(["jpg", "png"])
    page.save(f"{path}.{kind}", dpi=(dpi, dpi), **({"quality": chance.randint(35, 90)} if kind == "jpg" else {}))
    return f"{path}.{kind}", how


def main():
    manifest, out, count, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    pages = [(one["pdf"], at + 1, page) for one in json.loads(Path(manifest).read_text()) for at, page in enumerate(one["pages"])]
    chance.shuffle(pages)
    chosen = [pages[at % len(pages)] for at in range(count)]
    jobs = [(pdf, at, str(out / f"{n:05}"), seed * 100_000 + n, chance.choice([150, 200, 200, 300])) for n, (pdf, at, _) in enumerate(chosen)]
    with Pool(2) as pool:
        made = pool.map(degrade, jobs, chunksize=8)
    truth = [{"file": file, "how": how, **page} for (file, how), (_, _, page) in zip(made, chosen)]
    (out / "truth.json").write_text(json.dumps(truth))
    print(len(truth))


if __name__ == "__main__":
    main()
