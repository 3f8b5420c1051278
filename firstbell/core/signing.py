"""A signature drawn with a finger or a pen: the strokes as core/sign.js sends them. Pure: text in, data out."""

import json
from typing import Any

from firstbell.letters.agreement.paper import BOX

MOST_POINTS, LEAST_POINTS, MOST_STROKES = 4000, 4, 60


def strokes_of(told: str) -> list[list[list[int]]]:
    """The pen's strokes as the page sent them. ValueError says what is wrong with them."""
    try:
        found = json.loads(told)
    except ValueError:
        raise ValueError("The drawing could not be read. Clear it and sign again.") from None
    if not isinstance(found, list) or not all(isinstance(stroke, list) for stroke in found):
        raise ValueError("The drawing could not be read. Clear it and sign again.")
    points = [point for stroke in found for point in stroke]
    if len(found) > MOST_STROKES or len(points) > MOST_POINTS:
        raise ValueError("The drawing is too long. Clear it and sign again, more shortly.")
    if len(points) < LEAST_POINTS:
        raise ValueError("Nothing is drawn yet. Sign in the box, or type the name.")
    if not all(map(_in_box, points)):
        raise ValueError("The drawing runs out of its box. Clear it and sign again.")
    return [[[int(x), int(y)] for x, y in stroke] for stroke in found if stroke]


def _in_box(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    return all(type(one) is int and 0 <= one <= most for one, most in zip(point, BOX, strict=True))
