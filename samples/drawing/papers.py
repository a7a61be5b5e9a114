"""Papers, boards and screens: booking photographs, case folders, confidential memos; and harmless ones like them."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from domain.finding import FindingKind as K
from samples.drawing.lettering import Colour, Type, centred, line, word
from samples.drawing.prop import Prop, patch_of

BLACK, WHITE, RED, PAPER, GREY, NAVY = (24, 24, 28), (250, 250, 250), (186, 30, 36), (246, 244, 238), (96, 100, 108), (20, 32, 66)
NOTHING = (0, 0, 0, 0)


def booking(case: str, date: str) -> Prop:
    """A booking photograph without anybody in it: a grey silhouette before a height chart, holding a board."""
    image = Image.new("RGBA", (800, 960), (196, 198, 200, 255))
    draw = ImageDraw.Draw(image)
    for i in range(9):
        y = 60 + i * 96
        draw.line((0, y, 800, y), fill=(70, 74, 80), width=5 if i % 2 == 0 else 2)
        if i % 2 == 0:
            for x in (48, 752):
                centred(image, f"6'{8 - i}\"" if i < 8 else "6'0\"", (x, y - 24), Type(34, (70, 74, 80), 1))
    _bust(image, (400, 330), 1.0, (120, 124, 130))
    draw.rectangle((190, 700, 610, 900), fill=BLACK)
    centred(image, "EXAMPLE CITY PD", (400, 738), Type(40, WHITE, 2))
    centred(image, case, (400, 800), Type(60, WHITE, 3))
    centred(image, date, (400, 862), Type(34, WHITE, 1))
    parts = (((K.BOOKING_PHOTO, "booking board"), None), ((K.CASE_NUMBER, case), patch_of(image.size, (260, 768, 540, 832))))
    return Prop(image, parts)


def portrait_placeholder() -> Prop:
    """Harmless: the silhouette that a web page shows where no portrait was handed in."""
    image = Image.new("RGBA", (520, 640), (214, 224, 236, 255))
    _bust(image, (260, 240), 0.72, (150, 166, 188))
    ImageDraw.Draw(image).rectangle((0, 540, 519, 639), fill=NAVY)
    centred(image, "PHOTO COMING SOON", (260, 590), Type(36, WHITE, 1))
    return Prop(image)


def growth_chart() -> Prop:
    """Harmless: a growth chart of a children's room."""
    image = Image.new("RGBA", (420, 960), (252, 238, 196, 255))
    draw = ImageDraw.Draw(image)
    for i in range(19):
        y = 60 + i * 46
        draw.line((0, y, 90 if i % 2 else 150, y), fill=(206, 104, 58), width=6)
        if i % 2 == 0:
            centred(image, f"{130 - i * 5} cm", (206, y), Type(26, (206, 104, 58), 1))
    draw.ellipse((250, 120, 350, 200), fill=(242, 186, 60))
    draw.rectangle((286, 170, 330, 700), fill=(242, 186, 60))
    draw.ellipse((200, 660, 400, 800), fill=(242, 186, 60))
    for x, y in ((300, 250), (314, 340), (296, 430), (312, 520), (260, 710), (330, 740), (300, 620)):
        draw.ellipse((x - 15, y - 15, x + 15, y + 15), fill=(150, 90, 40))
    for x in (226, 262, 330, 366):
        draw.rectangle((x, 780, x + 18, 930), fill=(242, 186, 60))
    draw.ellipse((268, 148, 280, 160), fill=BLACK)
    return Prop(image)


def memo(head: str, case: str | None, lines: tuple[str, ...], stamp: str | None) -> Prop:
    """A typed page. `stamp` is printed across it in red; both it and the case number are parts of their own."""
    image = Image.new("RGBA", (800, 1040), (*PAPER, 255))
    draw = ImageDraw.Draw(image)
    parts: list[tuple[tuple[K, str], Image.Image | None]] = []
    centred(image, head, (400, 84), Type(44, NAVY, 2))
    draw.line((70, 128, 730, 128), fill=NAVY, width=4)
    y = 170
    if case:
        line(image, f"CASE {case}", (74, y), Type(38, BLACK, 2))
        parts.append(((K.CASE_NUMBER, case), patch_of(image.size, (196, y - 2, 430, y + 36))))
    for i, text in enumerate(lines):
        line(image, text, (74, y + 70 + i * 52), Type(29, (50, 50, 54)))
    for i in range(len(lines), 13):
        draw.rectangle((74, y + 76 + i * 52, 726 - (i * 97) % 260, y + 92 + i * 52), fill=(196, 196, 194))
    if stamp:
        cover = _stamp(image, stamp)
        parts.append(((K.CONFIDENTIAL_MARKING, stamp), cover))
    return Prop(image, tuple(parts))


def folder(case: str) -> Prop:
    """A manila case folder with its number on the tab."""
    image = Image.new("RGBA", (900, 640), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((520, 0, 880, 120), 20, fill=(226, 196, 138))
    draw.rounded_rectangle((0, 62, 899, 639), 14, fill=(232, 204, 148))
    draw.line((0, 110, 900, 110), fill=(206, 172, 112), width=3)
    draw.rectangle((548, 18, 856, 78), fill=WHITE)
    centred(image, case, (702, 48), Type(44, BLACK, 2))
    centred(image, "EXAMPLE CITY POLICE", (450, 330), Type(40, (150, 112, 60), 2))
    centred(image, "CASE FILE", (450, 400), Type(64, (150, 112, 60), 4))
    return Prop(image, (((K.CASE_NUMBER, case), patch_of(image.size, (560, 24, 844, 72))),))


def whiteboard(rows: tuple[str, ...], case: str | None) -> Prop:
    """A framed whiteboard; `case` is the row that is a case number."""
    image = Image.new("RGBA", (1000, 640), (248, 250, 250, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 999, 639), outline=(150, 154, 160), width=18)
    parts = []
    for i, row in enumerate(rows):
        drawn = word(row, Type(58, ((28, 60, 150), (170, 30, 40), (30, 110, 60))[i % 3], 1))
        at = (70, 60 + i * 100)
        image.alpha_composite(drawn, at)
        if row == case:
            parts.append(((K.CASE_NUMBER, row), patch_of(image.size, (at[0], at[1], at[0] + drawn.width, at[1] + drawn.height))))
    return Prop(image, tuple(parts))


def invoice() -> Prop:
    """Harmless: an invoice whose number has a case number's shape."""
    return memo("MAPLE STREET CATERING", None, ("Invoice 26-1187", "Order 114, 12 boxes", "Sandwiches   $96.00", "Coffee   $38.50", "Paid with thanks"), None)


def theatre_poster() -> Prop:
    """Harmless: a poster whose title says what a stamp would."""
    image = Image.new("RGBA", (700, 1000), (40, 24, 60, 255))
    draw = ImageDraw.Draw(image)
    for i in range(12):
        draw.polygon([(350, -80), (-200 + i * 110, 1000), (-140 + i * 110, 1000)], fill=(62, 36, 92))
    draw.ellipse((190, 240, 510, 560), fill=(240, 204, 96))
    draw.ellipse((250, 330, 300, 400), fill=BLACK)
    draw.ellipse((400, 330, 450, 400), fill=BLACK)
    draw.arc((270, 380, 430, 510), 20, 160, fill=BLACK, width=14)
    centred(image, "STRICTLY BETWEEN US", (350, 120), Type(54, (240, 204, 96), 2))
    centred(image, "a comedy in two acts", (350, 660), Type(40, WHITE))
    centred(image, "EXAMPLE CITY PLAYHOUSE", (350, 820), Type(42, (240, 204, 96), 1))
    centred(image, "Fridays at 8", (350, 890), Type(38, WHITE))
    return Prop(image)


def banner(scene_width: int, text: str, colour: Colour, ink: Colour = WHITE) -> Image.Image:
    """A band with words, as a social media team lays over a photograph."""
    image = Image.new("RGBA", (scene_width, 110), (*colour, 255))
    centred(image, text, (scene_width / 2, 55), Type(46, ink, 2))
    return image


def _bust(image: Image.Image, head: tuple[int, int], scale: float, colour: Colour) -> None:
    """A head and shoulders without a face."""
    layer = Image.new("RGBA", image.size, (*colour, 0))
    draw, (x, y) = ImageDraw.Draw(layer), head
    draw.ellipse((x - 118 * scale, y - 160 * scale, x + 118 * scale, y + 150 * scale), fill=colour)
    draw.rectangle((x - 58 * scale, y + 110 * scale, x + 58 * scale, y + 240 * scale), fill=colour)
    draw.rounded_rectangle((x - 290 * scale, y + 210 * scale, x + 290 * scale, y + 900 * scale), round(150 * scale), fill=colour)
    image.alpha_composite(layer.filter(ImageFilter.GaussianBlur(3)))


def _stamp(image: Image.Image, text: str) -> Image.Image:
    """Print a red stamp across `image`; returns where it is."""
    letters = word(text, Type(76, RED, 5, spacing=1.05))
    frame = Image.new("RGBA", (letters.width + 60, letters.height + 50), (*RED, 0))
    ImageDraw.Draw(frame).rounded_rectangle((3, 3, frame.width - 4, frame.height - 4), 16, outline=RED, width=9)
    frame.alpha_composite(letters, (30, 25))
    fitted = frame.resize((640, max(1, frame.height * 640 // frame.width)), Image.Resampling.LANCZOS).rotate(14, Image.Resampling.BICUBIC, expand=True)
    at = (400 - fitted.width // 2, 560 - fitted.height // 2)
    worn = fitted.copy()
    worn.putalpha(fitted.getchannel("A").point([round(v * 0.86) for v in range(256)]))
    image.alpha_composite(worn, at)
    cover = Image.new("L", image.size, 0)
    cover.paste(fitted.getchannel("A"), at)
    return cover
