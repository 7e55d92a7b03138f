"""A page of a report as an image, with the passage marked, for a person to check with their own eyes.

As a process: a line of JSON then the PDF on stdin, the image on stdout.
"""

import json
import sys
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import PdfDocument

DENSITY = 2.0  # pixels per point where the page allows it
MOST_PIXELS = 3_000_000
MARGIN = 44  # points kept around the passage
NARROWEST = 260  # points
SAND, BRICK = (255, 226, 150), (153, 64, 43)


def draw(path_or_bytes, page, boxes, *, whole=False):
    """JPEG bytes of page `page` (from 1), its boxes ((left, top, right, bottom) in points) marked.

    Unless `whole`, only the passage and what stands around it. IndexError when there is no such page.
    """
    with PdfDocument(path_or_bytes) as document:
        if not 1 <= page <= len(document):
            raise IndexError(page)
        sheet = document[page - 1]
        width, height = sheet.get_size()
        frame = (0, 0, width, height) if whole or not boxes else around(boxes, width, height)
        density = density_for(frame)
        left, top, right, bottom = frame
        crop = (left, height - bottom, width - right, top)  # what pdfium cuts off: left, bottom, right, top
        image = sheet.render(scale=density, crop=crop).to_pil().convert("RGB")
    return as_jpeg(marked(image, [moved(box, frame, density) for box in boxes]))


def around(boxes, width, height):
    left, top = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN
    right, bottom = max(box[2] for box in boxes) + MARGIN, max(box[3] for box in boxes) + MARGIN
    missing = max(0, NARROWEST - (right - left)) / 2
    return max(0, left - missing), max(0, top), min(width, right + missing), min(height, bottom)


def density_for(frame):
    """So that the image stays small whatever the size of the page."""
    left, top, right, bottom = frame
    area = max(1, (right - left) * (bottom - top))
    return min(DENSITY, (MOST_PIXELS / area) ** 0.5)


def moved(box, frame, density):
    left, top = frame[:2]
    return [(box[0] - left) * density, (box[1] - top) * density, (box[2] - left) * density, (box[3] - top) * density]


def marked(image, boxes):
    """The words stay readable under the mark; an edge says it to who does not see its colour."""
    veil = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(veil)
    for left, top, right, bottom in boxes:
        pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), fill=SAND)
    image = ImageChops.multiply(image, veil)
    if boxes:
        edges = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
        left, top, right, bottom = edges
        ImageDraw.Draw(image).rectangle((left - 6, top - 6, right + 6, bottom + 6), outline=BRICK, width=3)
    return image


def as_jpeg(image):
    content = BytesIO()
    image.save(content, "JPEG", quality=72, optimize=True)
    return content.getvalue()


def main():
    asked, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    sys.stdout.buffer.write(draw(data, **asked))


if __name__ == "__main__":
    main()
