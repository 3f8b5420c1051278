"""Search: everyday questions with the section they should find, and what holds for every question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.library.queries import sections
from firstbell.library.searching import Document, Index, best_sentence, marked, stem, words
from firstbell.library.topics import QUESTIONS
from tests.library.conftest import TODAY

ASKED = {
    "late": "EC 48260",
    "my kid is always tardy": "EC 48261",
    "sick note": "EC 46011",
    "do I need a doctor's note?": "EC 46011",
    "dentist appointment": "EC 48205",
    "my son was suspended": "setting truancy.suspension",
    "funeral": "EC 48205",
    "death of grandmother": "EC 48205",
    "ramadan": "EC 46014",
    "protest walkout": "EC 48205",
    "ditching class": "EC 48260",
    "half day": "EC 46010.3",
    "30 minutes": "EC 48260",
    "what must a truancy letter say": "EC 48260.5",
    "letter in Spanish": "EC 48985",
    "who gets the letter of a foster child": "EC 48853.5",
    "can they take away his driver's license": "VC 13202.7",
    "can I go to jail if my child skips school": "PC 270.1",
    "fine for parents": "EC 48293",
    "what is a habitual truant": "EC 48262",
    "conference with parents": "EC 48262",
    "review board hearing": "EC 48263",
    "who sits on the SARB": "EC 48321",
    "fourth report juvenile court": "In re A.N.",
    "district attorney wants evidence": "EC 49076",
    "police picked up my daughter": "EC 48264",
    "chronic absence ten percent": "EC 60901",
    "ICE agents at school": "EC 234.7",
    "who may see my records": "EC 49076",
    "I want to see the file": "EC 49069.7",
    "the record is wrong": "EC 49070",
    "transfer of records to a new school": "EC 49068",
    "how long do we keep records": "5 CCR 437",
    "counselor confidential": "EC 49602",
    "pregnant": "EC 46015",
    "vaccine shots": "EC 48216",
    "homeless": "EC 48852.7",
    "grandmother signs caregiver affidavit": "FAM 6550",
    "moved from another state": "EC 48231",
    "kindergarten five years old": "EC 48210",
    "turned 18": "EC 49061",
    "job and work permit": "EC 48230",
    "acting in a movie": "EC 48225.5",
    "vacation trip": "EC 51747",
    "saturday school": "EC 37223",
    "wildfire smoke, school closed": "EC 46392",
    "dropout no show": "CALPADS dropout",
    "grace before an absence counts": "setting excuses.clearing_days",
    "when does a second person approve": "setting notices.second_approval_above",
    "48260.5": "EC 48260.5",
    "EC 48205(a)(4)": "EC 48205",
    "truansy": "EC 48260",
    "bereavment": "EC 48205",
    "habitaul": "EC 48262",
}


@pytest.mark.parametrize("question", ASKED)
def test_an_everyday_question_finds_its_section_among_the_first_three(question):
    assert ASKED[question] in sections.found(question).keys[:3]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_we_offer_to_ask_has_an_answer(question):
    assert sections.searched(question, on=TODAY).entries


@pytest.mark.parametrize("question", ["", "   ", "the of and", "?!", "🎒", "zzqqk", "99999", "%00"])
def test_a_question_without_an_answer_finds_nothing(question):
    assert sections.searched(question, on=TODAY).entries == []


def test_a_misspelt_word_is_named_with_what_was_taken_for_it():
    assert sections.searched("bereavment", on=TODAY).read_as == (("bereavment", "bereavement"),)
    assert sections.searched("funeral", on=TODAY).read_as == ()


def test_the_snippet_shows_why_it_was_found():
    first = sections.searched("verified illness", on=TODAY).entries[0]
    assert ("verified", True) in first.snippet
    assert "".join(piece for piece, _ in first.snippet).endswith(".")


# -- the index by itself -----------------------------------------------------------------------------------------------

DOCUMENTS = [
    Document("bus", (("The school bus", 3.0), ("Riding the bus to school in the morning.", 1.0)), ("ride",)),
    Document("lunch", (("School lunch", 3.0), ("Lunch is at noon. Nobody pays.", 1.0)), ("free meal",)),
    Document("bell", (("The first bell", 3.0), ("It rings in the morning.", 1.0))),
]
INDEX = Index(DOCUMENTS, synonyms={"food": "lunch", "coach": "bus"}, stop={"the", "in"})


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("bus", ("bus",)),
        ("buses", ("bus",)),
        ("food", ("lunch",)),
        ("free meal", ("lunch",)),
        ("morning", ("bell", "bus")),
        ("lun", ("lunch",)),
        ("lunsh", ("lunch",)),
        ("coach ride", ("bus",)),
        ("the in", ()),
        ("be", ()),
        ("violin", ()),
    ],
)
def test_the_index(question, keys):
    assert INDEX.find(question).keys == keys


def test_an_index_of_nothing_finds_nothing():
    assert Index([], synonyms={}).find("bus").keys == ()


@given(st.text(max_size=60))
def test_any_question_has_an_answer_of_known_keys_each_once(question):
    keys = INDEX.find(question).keys
    assert len(keys) == len(set(keys))
    assert set(keys) <= {"bus", "lunch", "bell"}


@given(st.lists(st.sampled_from(["bus", "lunch", "bell", "morning", "food", "school"]), min_size=1, max_size=6))
def test_the_order_of_words_never_matters(asked):
    assert set(INDEX.find(" ".join(asked)).keys) == set(INDEX.find(" ".join(reversed(asked))).keys)
    assert INDEX.find(" ".join(asked)).stems == INDEX.find(" ".join(sorted(asked))).stems


@given(st.text(max_size=200), st.sets(st.text(st.characters(categories=["Ll"]), max_size=5)))
def test_a_marked_text_is_the_text(text, stems):
    pieces = marked(text, stems)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(stem(piece.lower()) in stems for piece, hit in pieces if hit)


def test_the_best_sentence_holds_most_of_what_was_asked():
    said = "A bus runs. The bus runs to school. It is free."
    assert best_sentence(said, {stem("bus"), stem("school")}) == "The bus runs to school."
    assert best_sentence(said, set()) == "A bus runs."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EC 48260.5(a)", ["ec", "48260.5", "a"]),
        ("the doctor's note.", ["the", "doctor's", "note"]),
        ("doctor’s", ["doctor’s"]),
        ("", []),
    ],
)
def test_words(text, found):
    assert words(text) == found
