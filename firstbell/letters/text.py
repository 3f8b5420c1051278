"""A letter as plain text: for e-mail, for a preview that a screen reader can read, and for the golden tests."""

from collections.abc import Iterator

from firstbell.letters.compose import Page, Part, Role, compose
from firstbell.letters.data import Letter


def text(letter: Letter) -> str:
    """The whole letter, parts apart by an empty line, ended by a line feed."""
    return "\n\n".join(_blocks(compose(letter))) + "\n"


def _blocks(page: Page) -> Iterator[str]:
    yield "\n".join(page.school)
    yield page.date
    yield "\n".join(page.to)
    yield "\n".join((page.title, *page.about))
    yield page.greeting
    for part in page.parts:
        yield _part(part)
    yield "\n".join(page.call)
    yield "\n".join((page.close, *page.signer))
    yield page.reference


def _part(part: Part) -> str:
    match part.role:
        case Role.TEXT:
            return "\n".join(part.lines)
        case Role.FACTS:
            pairs = zip(part.lines[::2], part.lines[1::2], strict=True)
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case _:
            heading = [part.heading] if part.heading else []
            return "\n".join((*heading, *(f"- {line}" for line in part.lines)))
