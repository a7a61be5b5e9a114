"""Pictures with booking photographs, case numbers and confidential papers; and harmless papers and boards like them."""

from __future__ import annotations

from PIL import Image

from domain.finding import FindingKind as K
from samples.drawing.compositor import Scene, square
from samples.drawing.papers import booking, folder, growth_chart, invoice, memo, portrait_placeholder, theatre_poster, whiteboard
from samples.drawing.photographs import asphalt, backdrop, brick_wall, counter, gravel_path
from samples.drawing.recipe import Recipe

BRIEFING = ("To: Investigations, all shifts", "Two addresses are under watch.", "Informant 3 meets on Thursday.", "Do not discuss outside the unit.")
NOTICE = ("To everybody who lives on Elm Street", "Water will be off on Monday", "from nine until noon.", "Please keep the street clear.")


def _booking_flyer() -> Scene:
    scene = Scene(brick_wall((1000, 1000)))
    scene.place(Image.new("RGBA", (10, 10), (250, 250, 246, 255)), square((500, 500), 690, 880, 2), shadow=0.6)
    booking("26-004417", "03-14-2026").put(scene, square((500, 500), 620, 744, 2), shadow=0)
    return scene


def _booking_on_a_screen() -> Scene:
    scene = Scene(backdrop("coffee", (1100, 800), (0, 0, 0.9, 1), soft=3))
    scene.place(Image.new("RGBA", (10, 10), (14, 14, 16, 255)), square((640, 380), 560, 620, 0, lean=0.08), shadow=0.6)
    booking("26-003902", "02-27-2026").put(scene, square((640, 380), 460, 560, 0, lean=0.08), light=0.2, shadow=0, blur=0.5)
    return scene


def _booking_on_a_board() -> Scene:
    scene = Scene(counter((1000, 750)))
    booking("26-001208", "01-19-2026").without(K.CASE_NUMBER).put(scene, square((330, 330), 110, 132, -9), blur=0.9)
    invoice().put(scene, square((650, 400), 330, 430, 6))
    return scene


def _stamped_memo() -> Scene:
    scene = Scene(counter((960, 1000)))
    memo("EXAMPLE CITY POLICE", "26-004417", BRIEFING, "CONFIDENTIAL").put(scene, square((480, 500), 640, 832, 3), shadow=0.5)
    return scene


def _sensitive_memo() -> Scene:
    scene = Scene(backdrop("coffee", (1100, 740), (0, 0.05, 0.95, 1)))
    memo("EXAMPLE CITY POLICE", None, BRIEFING, "LAW ENFORCEMENT SENSITIVE").put(scene, square((170, 420), 330, 430, -18, tilt=0.1), shadow=0.5, blur=0.4)
    return scene


def _far_memo() -> Scene:
    scene = Scene(gravel_path((900, 720)))
    memo("EXAMPLE CITY POLICE", None, BRIEFING, "CONFIDENTIAL").put(scene, square((320, 380), 130, 168, 34, tilt=0.15), blur=0.9)
    return scene


def _case_folder() -> Scene:
    scene = Scene(counter((1050, 800)))
    folder("26-002750").put(scene, square((525, 420), 800, 570, -3), shadow=0.6)
    return scene


def _briefing_board() -> Scene:
    scene = Scene(brick_wall((1150, 800)))
    whiteboard(("Briefing 0800", "26-004417", "Lab results Thursday", "Who drives?"), "26-004417").put(
        scene, square((575, 400), 860, 560, 0, lean=0.06), shadow=0.6
    )
    return scene


def _lunch_board() -> Scene:
    scene = Scene(brick_wall((1150, 800)))
    whiteboard(("Lunch roster", "Mon 12:30  Kitchen A", "Tue 26 people", "Bring a mug"), None).put(
        scene, square((575, 400), 860, 560, 0, lean=0.06), shadow=0.6
    )
    return scene


def _catering_invoice() -> Scene:
    scene = Scene(counter((960, 1000)))
    invoice().put(scene, square((480, 500), 640, 832, -3), shadow=0.5)
    return scene


def _public_notice() -> Scene:
    scene = Scene(brick_wall((900, 900)))
    memo("PUBLIC NOTICE", None, NOTICE, None).put(scene, square((450, 450), 560, 728, 1), shadow=0.6)
    return scene


def _playhouse() -> Scene:
    scene = Scene(brick_wall((1000, 950)))
    theatre_poster().put(scene, square((500, 480), 560, 800, -1), shadow=0.6)
    return scene


def _team_page() -> Scene:
    scene = Scene(Image.new("RGB", (1100, 700), (244, 246, 250)))
    for x in (220, 550, 880):
        portrait_placeholder().put(scene, square((x, 350), 280, 345), light=0, shadow=0.3)
    return scene


def _nursery() -> Scene:
    scene = Scene(backdrop("meadow-right", (900, 1000), soft=9, light=1.1))
    growth_chart().put(scene, square((450, 500), 390, 890, 0, lean=0.03), light=0.3, shadow=0.5)
    return scene


def _car_park() -> Scene:
    return Scene(asphalt((1000, 750)))


BOOKING, CASE, CONFIDENTIAL = frozenset({K.BOOKING_PHOTO}), frozenset({K.CASE_NUMBER}), frozenset({K.CONFIDENTIAL_MARKING})

RECIPES = (
    Recipe("booking-flyer.jpg", "A booking photograph of nobody on a flyer", "easy", ("bricks",), _booking_flyer),
    Recipe("booking-screen.jpg", "A booking photograph of nobody on a screen", "medium", ("coffee",), _booking_on_a_screen),
    Recipe("booking-board.jpg", "A small booking photograph of nobody beside an invoice", "hard", ("gravel",), _booking_on_a_board),
    Recipe("stamped-memo.jpg", "A memo stamped as confidential, with its case number", "easy", ("gravel",), _stamped_memo),
    Recipe("sensitive-memo.jpg", "A memo beside a cup, stamped as law enforcement sensitive", "medium", ("coffee",), _sensitive_memo),
    Recipe("far-memo.jpg", "A stamped page on the ground, far away", "hard", ("gravel",), _far_memo, quality=74),
    Recipe("case-folder.jpg", "A case folder with its number on the tab", "easy", ("gravel",), _case_folder),
    Recipe("briefing-board.jpg", "A whiteboard with a case number", "medium", ("bricks",), _briefing_board),
    Recipe("lunch-board.jpg", "A whiteboard with the lunch roster", "none", ("bricks",), _lunch_board, CASE),
    Recipe("catering-invoice.jpg", "An invoice", "none", ("gravel",), _catering_invoice, CASE | CONFIDENTIAL),
    Recipe("public-notice.jpg", "A notice about the water", "none", ("bricks",), _public_notice, CONFIDENTIAL | CASE),
    Recipe("playhouse.jpg", "The poster of a comedy", "none", ("bricks",), _playhouse, CONFIDENTIAL),
    Recipe("team-page.png", "A team page without portraits", "none", (), _team_page, BOOKING | {K.SUBJECT_FACE}, grain=0),
    Recipe("nursery.jpg", "A children's growth chart", "none", ("meadow-right",), _nursery, BOOKING | {K.FORENSIC_SCALE}),
    Recipe("car-park.jpg", "An empty road", "none", ("gravel",), _car_park, frozenset({K.EVIDENCE_MARKER, K.KNOWN_ITEM})),
)
