"""Pages of printed forms as scanners, faxes and pens leave them: `degrade.py MANIFEST OUT COUNT SEED`.

MANIFEST is JSON, a list of {"pdf", "pages": [{"sheet", "patient", "boxes"}]} ("sheet" empty where a page carries no code of ours; boxes as `andon print --json` tells them). Draws COUNT
pages at random, each once rendered (pdftoppm) at 150, 200 or 300 dpi, ticked, filled with digits and written on with strokes, then skewed up to 5 degrees, turned, blurred, noised, faxed
or torn at a corner. Writes the pictures and truth.json. Digits are people's: the test set of UCI optdigits (13 writers, CC BY 4.0) that scikit-learn carries.
"""
import csv
import gzip
import importlib.util
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


def handwriting():
    """Digits as people wrote them, by digit: pictures of 8 by 8 in 16 shades."""
    where = Path(importlib.util.find_spec("sklearn").submodule_search_locations[0]) / "datasets/data/digits.csv.gz"
    by_digit = {str(digit): [] for digit in range(10)}
    with gzip.open(where, "rt") as lines:
        for row in csv.reader(lines):
            values = numpy.array([float(value) for value in row], dtype=numpy.float32)
            by_digit[str(int(values[64]))].append(values[:64].reshape(8, 8) / 16)
    return by_digit


def ticked(page, chance, left, top, side):
    """A check mark, a cross or a thick stroke, as hands make them: mostly within the box, some beyond it."""
    draw = ImageDraw.Draw(page)
    at = lambda x, y: (left + (x + chance.uniform(-0.08, 0.08)) * side, top + (y + chance.uniform(-0.08, 0.08)) * side)
    pen, width = chance.randint(0, 110), max(1, round(side / 4.0 * chance.uniform(0.3, 0.7)))
    kind = chance.random()
    if kind < 0.6:
        draw.line([at(0.12, 0.5), at(0.42, 0.85), at(chance.uniform(0.9, 1.35), chance.uniform(-0.2, 0.15))], fill=pen, width=width, joint="curve")
    elif kind < 0.85:
        draw.line([at(0.12, 0.12), at(0.88, 0.88)], fill=pen, width=width)
        draw.line([at(0.88, 0.12), at(0.12, 0.88)], fill=pen, width=width)
    else:
        draw.line([at(0.15, 0.85), at(0.85, 0.15)], fill=pen, width=width)


def digit(page, chance, written, left, top, wide, high):
    """A digit as somebody wrote it, in the middle of its box."""
    tall = high * chance.uniform(0.55, 0.75)
    across = min(wide * 0.8, tall * chance.uniform(0.7, 1.0))
    around = numpy.pad(written, 1)
    size = (max(4, round(across * 10 / 8)), max(6, round(tall * 10 / 8)))
    ink = Image.fromarray((around * 255).astype(numpy.uint8)).resize(size, Image.BICUBIC)
    mask = ink.point(lambda value: 255 if value > 140 else 0)
    x = left + (wide - size[0]) / 2 + chance.uniform(-0.06, 0.06) * wide
    y = top + (high - size[1]) / 2 + chance.uniform(-0.05, 0.05) * high
    page.paste(chance.randint(0, 110), (round(x), round(y)), mask)


def filled(page, chance, boxes, dpi):
    """Ticks a third of the tick boxes and fills half of the digit boxes; gives what is in each. What a stray stroke reached says so."""
    before, said = numpy.asarray(page).copy(), []
    strokes(page, chance)
    touched = numpy.asarray(page) != before
    for box in boxes:
        left, top, wide, high = (value * dpi / 25.4 for value in box["area"])
        near = touched[max(0, int(top - dpi / 25)):int(top + high + dpi / 25), max(0, int(left - dpi / 25)):int(left + wide + dpi / 25)]
        value = "empty"
        if box["kind"] == "tick" and chance.random() < 0.33:
            ticked(page, chance, left, top, wide)
            value = "ticked"
        elif box["kind"] == "digit" and wide * 25.4 / dpi < 10 and chance.random() < 0.5:
            value = chance.choice("0123456789")
            digit(page, chance, chance.choice(DIGITS[value]), left, top, wide, high)
        said.append({"box": box["name"], "kind": box["kind"], "value": value, "stray": bool(near.any())})
    return said


DIGITS = handwriting()


def torn(page, chance):
    """One corner is missing, with the code in it."""
    draw = ImageDraw.Draw(page)
    wide, high = page.size
    a, b = chance.uniform(0.1, 0.3) * wide, chance.uniform(0.08, 0.2) * high
    x, y = chance.choice([(0, 0), (wide, 0), (0, high), (wide, high)])
    draw.polygon([(x, y), (abs(x - a), y), (x, abs(y - b))], fill=chance.choice([0, 255]))


def degrade(job):
    pdf, number, path, seed, dpi, boxes = job
    chance = random.Random(seed)
    words = ["pdftoppm", "-r", str(dpi), "-gray", "-f", str(number), "-l", str(number), "-singlefile", pdf, path]
    subprocess.run(words, check=True)
    page = Image.open(path + ".pgm").convert("L")
    Path(path + ".pgm").unlink()
    said = filled(page, chance, boxes, dpi)
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
        return path + ".tif", how + ["fax"], said
    kind = chance.choice(["jpg", "png"])
    page.save(f"{path}.{kind}", dpi=(dpi, dpi), **({"quality": chance.randint(35, 90)} if kind == "jpg" else {}))
    return f"{path}.{kind}", how, said


def main():
    manifest, out, count, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    pages = [(one["pdf"], at + 1, page) for one in json.loads(Path(manifest).read_text()) for at, page in enumerate(one["pages"])]
    chance.shuffle(pages)
    chosen = [pages[at % len(pages)] for at in range(count)]
    jobs = [(pdf, at, str(out / f"{n:05}"), seed * 100_000 + n, chance.choice([150, 200, 200, 300]), page["boxes"]) for n, (pdf, at, page) in enumerate(chosen)]
    with Pool(2) as pool:
        made = pool.map(degrade, jobs, chunksize=8)
    truth = [{"file": file, "how": how, **page, "boxes": said} for (file, how, said), (_, _, page) in zip(made, chosen)]
    (out / "truth.json").write_text(json.dumps(truth))
    print(len(truth))


if __name__ == "__main__":
    main()
