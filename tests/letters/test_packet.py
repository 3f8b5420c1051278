"""A packet on paper: tagged, counted, named by its hash, in the language it says, whatever somebody's words hold."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
import pypdfium2
import pytest

from firstbell.letters.frozen import as_data
from firstbell.letters.packet import Packet, Sentence, digest, packet_from
from firstbell.letters.packet.paper import images, marks, pdf, text
from firstbell.letters.packet.telling import BAR, LANGUAGES, packet_wording, rendered
from firstbell.letters.press import about
from firstbell.letters.reading import reading
from firstbell.letters.wording import FIELD, forms
from firstbell.panels.seeding.defects import built
from firstbell.panels.seeding.files import invented

PDF_UA = "http://www.aiim.org/pdfua/ns/id/"
FOR_STAFF = ("panel.", "attorney.", "step.", "barrier.", "title.panel", "title.attorney", "closing.panel",
             "closing.attorney", "count.tries")  # fmt: skip
AUDIENCES = ("panel", "family", "attorney")


def packet(audience: str = "panel", language: str = "en", seed: int = 3) -> Packet:
    """A board's packet for a family that speaks this language."""
    file = invented(Random(seed), "sarb")
    return built(replace(file, pupil=replace(file.pupil, language=language)), audience).packet


def words(made: bytes) -> list[str]:
    """What a reader can copy out of each page."""
    with pypdfium2.PdfDocument(made) as file:
        return [" ".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split()) for page in file]


def tags(element: Any) -> Iterator[tuple[str, str]]:
    """(tag, language) of every structure element, in reading order."""
    if isinstance(element, pikepdf.Array):
        for one in element:
            yield from tags(one)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        yield str(element.S), str(element.get("/Lang", ""))
        yield from tags(element.get("/K"))


def with_words(said: str) -> Packet:
    """The panel's packet with these words of the family's."""
    file = invented(Random(3), "sarb")
    return built(replace(file, referred=replace(file.referred, asked=said)), "panel").packet


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words_for_a_family_with_the_same_fields(language):
    english, said = packet_wording("en").sentences, packet_wording(language).sentences
    ours = {key for key in english if not key.startswith((*FOR_STAFF, "count."))}
    assert {key for key in said if not key.startswith((*FOR_STAFF, "count."))} == ours
    for key in ours - {"frame.cover_note"}:
        assert sorted(FIELD.findall(said[key])) == sorted(FIELD.findall(english[key])), key
        assert said[key].count(BAR) == english[key].count(BAR), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_counts_in_all_its_forms(language):
    said = packet_wording(language)
    for counted in ("days", "school_days", "times"):
        for form in forms(said.locale):
            assert "{n}" in said.sentences[f"count.{counted}.{form}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_has_a_cell_for_each_column(language):
    said = packet_wording(language).sentences
    for key, row in said.items():
        section = key.rsplit(".", 2)[0]
        if key.endswith(".row") and section != "about":
            assert row.count(BAR) == said[f"{section}.columns"].count(BAR), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_reads_plain_words(language):
    said = packet_wording(language).sentences
    leads = [text for key, text in said.items() if key.startswith("family.") and key.endswith((".lead", ".empty"))]
    measure = reading("\n".join(leads), language)
    assert measure is not None
    assert not measure.hard, measure.says


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_packet_is_tagged_titled_and_in_its_language(audience, language):
    made = pdf(packet(audience, language))
    spoken = "es" if (audience, language) == ("family", "es") else "en"
    with pikepdf.open(BytesIO(made)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == spoken
        assert str(file.docinfo["/Title"])
        assert file.open_metadata()[f"{{{PDF_UA}}}part"] == "1"
        assert [float(side) for side in file.pages[0].mediabox] == [0, 0, 612, 792]
        found = [tag for tag, _ in tags(file.Root.StructTreeRoot.K)]
    assert found[0] == "/Document"
    assert found.count("/H1") == 1
    assert found.count("/H2") >= 5
    assert found.count("/Table") >= 2
    assert found.count("/TH") > found.count("/Table")
    assert found.count("/TD") > found.count("/TH")


def test_every_page_bears_its_number_the_reference_and_the_hash():
    one = packet()
    pages = words(pdf(one))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert f"{one.reference}, version 1" in page
        assert digest(one)[:16] in page
        assert "Not to be copied or passed on" in page


def test_the_last_page_lists_every_record_with_its_hash():
    one = packet()
    last = " ".join(words(pdf(one))[-1].split())
    for source in one.sources:
        assert source.title in last
        assert source.digest[:32] in last
        assert source.digest[32:] in last
    assert digest(one) in last.replace(" ", "")


def test_each_sentence_stands_on_paper_with_the_numbers_of_its_records():
    one = packet("attorney")
    said = " ".join(" ".join(words(pdf(one))).split())
    place = {source.key: number for number, source in enumerate(one.sources, 1)}
    for sentence in one.sentences:
        first = sentence.cells[-1] if sentence.cells else sentence.text
        told = re.escape(" ".join(first.split())) + r"\s*" + re.escape(marks(sentence.sources, place))
        assert re.search(told, said), sentence.text


@pytest.mark.parametrize(
    ("keys", "says"),
    [(["a"], "[1]"), (["a", "b", "c"], "[1-3]"), (["a", "c", "e"], "[1, 3, 5]"), (["a", "b", "e"], "[1-2, 5]"),
     ([], "[?]"), (["a", "x"], "[1, ?]")],
)  # fmt: skip
def test_numbers_of_records_are_told_in_runs(keys, says):
    assert marks(keys, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}) == says


def test_the_paper_names_the_content_that_it_was_made_of():
    one = packet()
    assert about(pdf(one))[1] == digest(one)
    assert about(pdf(one, "Tom Abara, May 12, 2026"))[1] == digest(one)


def test_the_same_packet_is_the_same_bytes():
    assert pdf(packet()) == pdf(packet())
    assert pdf(packet()) != pdf(replace(packet(), version=2))


def test_a_copy_bears_its_readers_name_on_every_page_and_keeps_the_content():
    plain, marked = (words(pdf(packet(), who)) for who in ("", "Tom Abara, May 12, 2026"))
    assert len(plain) == len(marked)
    assert all("Copy for Tom Abara, May 12, 2026" in page for page in marked)
    assert not any("Copy for" in page for page in plain)


def test_a_family_without_a_wording_reads_first_that_an_interpreter_is_free():
    one = packet("family", "hy")
    first, *rest = words(pdf(one))
    assert "This copy is in English" in first
    assert "The family speaks Armenian" in first
    assert "Թարգմանչի" in first
    assert "What you told us" in " ".join(rest)
    with pikepdf.open(BytesIO(pdf(one))) as file:
        assert b"/Lang(hy)" in file.pages[0].Contents.read_bytes()


def test_a_language_nobody_knows_is_said_plainly():
    one = packet("family", "so")
    assert one.cover is not None
    assert one.cover.lines == ()
    assert "The family speaks another language" in words(pdf(one))[0]


@pytest.mark.parametrize(
    "said", ['#read("/etc/passwd")', "{words} {0} | a | b", r"\u{41} $x$ *a* _b_ <c> @d", "W" * 90, "Nguyễn 陳大文 😀"]
)
def test_somebodys_words_are_text_whatever_they_look_like(said):
    one = with_words(said)
    assert said.replace(" ", "") in "".join(words(pdf(one))).replace(" ", "")
    assert f"“{said}”" in text(one)


def test_a_script_that_no_font_has_is_refused_by_field():
    with pytest.raises(
        ValueError, match=r"packet for the panel: sections\.0\.sentences\.0\..*characters that our fonts"
    ):
        pdf(with_words("བོད་ཡིག"))


def test_somebodys_own_two_stops_stay_two():
    assert "“Well.. yes.”" in text(with_words("Well.. yes."))


def test_a_packet_comes_back_from_json_and_nothing_else_is_taken_for_one():
    one = packet("family", "hy")
    kept = json.loads(json.dumps(as_data(one)))
    assert packet_from(kept) == one
    assert digest(packet_from(kept)) == digest(one)
    kept["sections"][0]["sentences"][0]["sources"] = "referral:1"
    with pytest.raises(ValueError, match=r"packet: sections\.0\.sentences\.0\.sources: expected a list"):
        packet_from(kept)


@pytest.mark.parametrize(
    ("change", "same"),
    [(lambda one: replace(one), True), (lambda one: replace(one, through=one.made_on), False),
     (lambda one: replace(one, sources=one.sources[:-1]), False)],
)  # fmt: skip
def test_the_hash_is_of_everything(change, same):
    assert (digest(packet()) == digest(change(packet()))) is same


def test_a_sentence_is_its_key_and_its_values_in_every_language():
    for language in ("en", "es"):
        one = packet("family", language)
        for sentence in one.sentences:
            assert rendered(packet_wording(language), sentence.says, sentence.values) == (sentence.text, sentence.cells)


def test_a_key_or_value_that_is_not_there_is_said():
    said = packet_wording("en")
    with pytest.raises(ValueError, match=r"en: family\.nothing: expected"):
        rendered(said, "family.nothing", ())
    with pytest.raises(ValueError, match=r"en: family\.days\.day: expected 'day'"):
        rendered(said, "family.days.day", ())
    with pytest.raises(ValueError, match="expected one of en, es"):
        packet_wording("tlh")


def test_what_is_raw_is_found_by_name():
    one = Sentence("family.words.asked", "", "asked", ("referral:1",))
    assert one.raw("words") == ""


def test_an_image_of_each_page():
    made = images(packet("attorney"), ppi=40)
    assert len(made) == about(pdf(packet("attorney")))[0]
    assert all(page.startswith(b"\x89PNG") for page in made)
