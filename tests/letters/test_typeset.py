"""The paper: accessible, reproducible, and deaf to whatever a name may try to say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firstbell.law.notices import Kind
from firstbell.letters.data import Grade, Letter, Occasion, Student, What
from firstbell.letters.press import FONT_PACKAGES
from firstbell.letters.samples import SENT, sample
from firstbell.letters.typeset import images, merged, pdf, pdfs
from firstbell.letters.wording import LANGUAGES

PDF_UA = "http://www.aiim.org/pdfua/ns/id/"
REACHES_OUT = {"/URI", "/GoToR", "/Launch", "/ImportData", "/SubmitForm", "/JavaScript", "/JS", "/EmbeddedFile"}


def opened(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(made))


def words(made: bytes) -> str:
    """Everything a reader can copy out of a PDF, on one line."""
    with pypdfium2.PdfDocument(made) as file:
        text = " ".join(page.get_textpage().get_text_bounded() for page in file)
    return " ".join(text.replace("\u200b", "").split())


def tags(element: Any) -> Iterator[tuple[str, str]]:
    """(tag, language) of every structure element, in reading order."""
    if isinstance(element, pikepdf.Array):
        for one in element:
            yield from tags(one)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        yield str(element.S), str(element.get("/Lang", ""))
        yield from tags(element.get("/K"))


def named(name: str, language: str = "en", kind: Kind = Kind.FIRST_TRUANCY) -> Letter:
    letter = sample(kind, language)
    return replace(letter, students=(replace(letter.students[0], name=name, called=""),))


def many(count: int) -> list[Letter]:
    return [replace(sample(Kind.CONFERENCE, "en"), reference=f"R-{number}") for number in range(count)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_tagged_titled_in_its_language_and_on_one_page(kind, language):
    with opened(pdf(sample(kind, language))) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang).split("-")[0] == language.split("-")[0]
        assert str(file.docinfo["/Title"])
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.open_metadata()[f"{{{PDF_UA}}}part"] == "1"
        assert len(file.pages) == 1
        assert [float(side) for side in file.pages[0].mediabox] == [0, 0, 612, 792]
        found = [tag for tag, _ in tags(file.Root.StructTreeRoot.K)]
        assert found[0] == "/Document"
        assert found.count("/H1") == 1
        assert "/P" in found


def test_the_days_and_the_items_are_lists_and_the_box_has_a_heading():
    with opened(pdf(sample(Kind.FIRST_TRUANCY, "en"))) as file:
        found = [tag for tag, _ in tags(file.Root.StructTreeRoot.K)]
    assert found.count("/L") == 2
    assert found.count("/LI") == 3 + 7
    assert found.count("/H2") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_reaches_out_and_every_font_is_inside(language):
    with opened(pdf(sample(Kind.SARB, language))) as file:
        keys = {key for one in file.objects if isinstance(one, pikepdf.Dictionary) for key in one}
        fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
    assert not keys & REACHES_OUT
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font) for font in fonts)


def test_the_fonts_come_from_packages_that_are_pinned():
    assert FONT_PACKAGES == ("fontpkg_public_sans", "manimgx_fonts", "manimgx_fonts_cjk")


@pytest.mark.parametrize("kind", Kind)
def test_the_words_can_be_copied_out(kind):
    said = words(pdf(sample(kind, "es")))
    for needed in ("Ana Lucía Reyes", "Marisol Reyes", "Manzanita Middle School", "(555) 010-0142", "MM-2026-000417"):
        assert needed in said


def test_two_languages_are_one_file_with_each_page_in_its_own():
    both = [sample(Kind.FIRST_TRUANCY, language) for language in ("en", "ar")]
    with opened(pdf(both)) as file:
        languages = [language for tag, language in tags(file.Root.StructTreeRoot.K) if tag == "/H1"]
        assert (len(file.pages), str(file.Root.Lang), languages) == (2, "en", ["", "ar"])


def test_the_same_letter_is_the_same_bytes():
    letter = sample(Kind.SARB, "hy")
    assert pdf(letter) == pdf(replace(letter))
    assert pdf(letter) != pdf(replace(letter, reference="another"))


def test_the_file_is_as_old_as_the_letter():
    with opened(pdf(sample(Kind.SUMMARY, "en", date(2026, 11, 2)))) as file:
        assert str(file.docinfo["/CreationDate"]) == "D:20261102000000Z"


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        '"}]#panic("x")',
        r"\u{41} \\ $x$ *a* _b_ <c> @d `e`",
        "{students} {0}",
        "// /* comment",
        "https://example.org",
        "= Heading",
    ],
)
def test_a_name_is_text_whatever_it_looks_like(name):
    made = pdf(named(name, kind=Kind.CONFERENCE))
    assert " ".join(name.split()) in words(made)
    with opened(made) as file:
        assert [tag for tag, _ in tags(file.Root.StructTreeRoot.K)].count("/H1") == 1
        assert not any("/URI" in one for one in file.objects if isinstance(one, pikepdf.Dictionary))


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ánh", "陳大文", "김민준", "Ծովինար", "Анна", "नेहा", "😀 Zoë", "O’Brien-Díaz", "Ana " * 20]
)
def test_names_of_many_scripts_are_set(name):
    assert len(images(named(name, kind=Kind.CONFERENCE))) == 1


def test_a_right_to_left_name_in_a_left_to_right_letter_keeps_the_letter_whole():
    """The copied words of the name itself depend on the reader; what stands around it must not move."""
    said = words(pdf(named("نور الهدى", kind=Kind.CONFERENCE)))
    assert "We would like to meet with you and" in said
    assert "We want to hear what makes it hard to come to school" in said


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_shaped_letters_carry_the_words_they_stand_for(language):
    with opened(pdf(sample(Kind.CONFERENCE, language))) as file:
        assert file.pages[0].Contents.read_bytes().count(b"/ActualText") > 50


@pytest.mark.parametrize("name", ["བོད་ཡིག", "Ana Ꮳ"])
def test_a_script_that_no_font_has_is_refused_by_field(name):
    with pytest.raises(ValueError, match=r"^conference: students\.0\.name: expected characters that our fonts have"):
        pdf(named(name, kind=Kind.CONFERENCE))


def right_edge(made: bytes) -> float:
    """How far right the words reach, in points."""
    with pypdfium2.PdfDocument(made) as file:
        page = file[0].get_textpage()
        return max(page.get_charbox(index)[2] for index in range(page.count_chars()))


def test_a_word_longer_than_the_line_stays_on_the_paper():
    assert right_edge(pdf(named("W" * 80, kind=Kind.CONFERENCE))) < 612 - 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_stands_in_the_window_in_every_language(language):
    letter = sample(Kind.CONFERENCE, language)
    with pypdfium2.PdfDocument(pdf(replace(letter, to=replace(letter.to, name="QQQ")))) as file:
        page = file[0].get_textpage()
        first = page.get_text_range().index("QQQ")
        left, _, _, top = page.get_charbox(first)
    assert 0.9 * 72 < left < 1.1 * 72
    assert 2.2 * 72 < 792 - top < 2.6 * 72


def household(students: int, days: int) -> Letter:
    letter = sample(Kind.FIRST_TRUANCY, "en")
    occasions = tuple(Occasion(SENT - timedelta(day + 1), What.ABSENT) for day in range(days))
    return replace(letter, students=tuple(Student(f"Reyes {n}", Grade.G9, occasions) for n in range(students)))


@pytest.mark.parametrize(("students", "days", "pages"), [(1, 8, 1), (2, 3, 1), (3, 20, 2)])
def test_only_long_lists_need_a_second_page(students, days, pages):
    assert len(images(household(students, days), 30)) == pages


@pytest.mark.parametrize("days", range(20, 60, 8))
def test_a_signature_is_never_alone_on_a_page(days):
    with pypdfium2.PdfDocument(pdf(household(1, days))) as file:
        last = file[len(file) - 1].get_textpage().get_text_bounded()
    assert "Please call Hugo Barrera" in last
    assert "Sincerely," in last


def test_a_letter_on_two_pages_counts_them():
    said = words(pdf(household(3, 20)))
    assert "Page 1 of 2" in said
    assert "Page 2 of 2" in said


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_few_letters_come_in_order_and_are_counted(count):
    heard: list[int] = []
    assert list(pdfs(many(count), heard.append)) == [pdf(letter) for letter in many(count)]
    assert heard == list(range(1, count + 1))


def test_many_letters_on_many_cores_are_the_same_letters_in_order():
    letters = many(70)
    assert list(pdfs(letters)) == [pdf(letter) for letter in letters]


def test_one_letter_that_cannot_be_set_does_not_stop_the_others():
    good, bad = sample(Kind.CONFERENCE, "en"), named("བོད", kind=Kind.CONFERENCE)
    first, second, third = pdfs([good, bad, good])
    assert isinstance(second, ValueError)
    assert first == third == pdf(good)


def test_no_letter_is_no_pdf():
    with pytest.raises(ValueError, match="letters: expected at least one"):
        pdf([])


@pytest.mark.parametrize(("duplex", "pages"), [(True, 6), (False, 4)])
def test_a_print_run_begins_each_letter_on_a_new_sheet(duplex, pages):
    one, two = pdf(sample(Kind.CONFERENCE, "en")), pdf([sample(Kind.CONFERENCE, x) for x in ("en", "es")])
    run = merged([one, two, one], duplex)
    with opened(run) as file:
        assert len(file.pages) == pages
    assert run == merged([one, two, one], duplex)
    assert words(run).count("Dear family of Ana") == 3


TEXT = st.text(min_size=1, max_size=80)


@settings(max_examples=60)
@given(name=TEXT, place=TEXT, language=st.sampled_from(LANGUAGES), kind=st.sampled_from(Kind))
@example("\u202eevil", "x", "ar", Kind.SART)
@example("\u0301", "\u200d", "en", Kind.CONFERENCE)
def test_any_letter_is_set_or_refused_by_field(name, place, language, kind):
    def tried() -> str:
        try:
            letter = named(name, language, kind)
            return pdf(replace(letter, to=replace(letter.to, name=place)))[:8].decode()
        except ValueError as refused:
            return str(refused).split(" ")[1]

    assert tried() in {"%PDF-1.7", "students.0.name:", "to.name:"}
