"""Somebody who does only what a guide says, and the camera that takes the guide's pictures on the way.

`make guides` writes the pictures (WRITE_PICTURES=1); otherwise each is compared with what the screen shows now.
"""

import io
import os
import re

from PIL import Image
from playwright.sync_api import expect

from lemans_solidaire.guides import DENSITY, FOLDER, PICTURES

WRITES = os.environ.get("WRITE_PICTURES") == "1"
ABOVE, BELOW = 2, 14  # pixels of the screen around what is shown
COLOURS = 10  # the furthest apart, then brought to the nearest dots: brick and paper stay what they are
TOLERANCE = 0.2  # names and dates change; a page made otherwise asks for a new picture


def said(text):
    return " ".join(text.replace("\u202f", " ").split())


class Follower:
    """Presses what the guide names between « », on the page as it is."""

    def __init__(self, page, slug):
        self.page, self.slug = page, slug
        text = said((FOLDER / f"{slug}.md").read_text(encoding="utf-8"))
        self.names = set(re.findall(r"« ([^«»]+) »", text))
        self.pictured = set(re.findall(r"/([\w-]+)\.webp\)", text))
        self.taken = set()

    def press(self, name):
        assert name in self.names, f"{self.slug}.md does not say « {name} »"
        self.click(re.escape(name).replace("…", ".+"))

    def open(self, words):
        """What the page shows and the guide cannot know: the name of a structure, of a person."""
        self.click(re.escape(words))

    def click(self, pattern):
        starts = re.compile(rf"^\s*{pattern}".replace(r"\ ", r"\s"))
        page = self.page
        found = page.get_by_role("link", name=starts).or_(page.get_by_role("button", name=starts))
        found = found.or_(page.locator("summary").filter(has_text=starts)).filter(visible=True)
        found.first.click()
        page.wait_for_load_state()

    def sees(self, heading):
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def picture(self, name, first, last=None):
        """From the top of `first` to the bottom of `last`, as wide as the page."""
        assert name in self.pictured, f"{self.slug}.md does not show {name}"
        self.taken.add(name)
        size = self.page.viewport_size
        clip = self.frame(first, last or first)
        path = PICTURES / f"{name}.webp"
        if WRITES:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(small(self.page.screenshot(clip=clip, caret="initial")))
        self.page.set_viewport_size(size)
        with Image.open(path) as picture:
            shown = [size / DENSITY for size in picture.size]
        for now, before in zip((clip["width"], clip["height"]), shown, strict=True):
            assert abs(now - before) <= TOLERANCE * before, f"{name} shows another screen: make guides"

    def frame(self, first, last):
        """Where these are once the screen is as tall as the page: nothing then sticks over anything."""
        page, main = self.page, self.page.locator("main").bounding_box()
        page.evaluate("document.activeElement.blur()")
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        top, end = first.bounding_box(), last.bounding_box()
        bottom = end["y"] + end["height"] + BELOW
        return {"x": main["x"], "width": main["width"], "y": top["y"] - ABOVE, "height": bottom - top["y"] + ABOVE}

    def has_shown_all(self, *others):
        assert self.taken.union(*(other.taken for other in others)) == self.pictured


def small(png):
    with Image.open(io.BytesIO(png)) as picture:
        apart, plain = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        few = picture.convert("RGB").quantize(COLOURS, apart, kmeans=3, dither=plain)
    file = io.BytesIO()
    few.convert("RGB").save(file, "WEBP", lossless=True, quality=100, method=6)
    return file.getvalue()
