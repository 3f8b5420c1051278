"""How sections are spoken of on pages, and where a citation leads."""

import pytest
from django.template import Context, Template

from firstbell.core import citing


@pytest.mark.parametrize(
    ("number", "slug"),
    [
        ("EC 48260", "ec-48260"),
        ("EC 48260.5", "ec-48260-5"),
        ("In re A.N.", "in-re-a-n"),
        ("5 CCR 306", "5-ccr-306"),
        ("CALPADS dropout", "calpads-dropout"),
        ("setting truancy.max_per_day", "setting-truancy-max-per-day"),
    ],
)
def test_a_number_in_an_address(number, slug):
    assert citing.slug(number) == slug


@pytest.mark.parametrize(
    ("cited", "address"),
    [
        ("EC 48260(a)", "/library/ec-48260/"),
        ("EC 48205(a)(13)", "/library/ec-48205/"),
        ("CALPADS STAS0318", "/library/calpads/"),
        ("setting streaks", "/library/policy/#setting-streaks"),
        ("EC 99999", ""),
        ("setting whim", ""),
        ("", ""),
    ],
)
def test_where_a_citation_leads(cited, address):
    assert citing.address(cited) == address


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ('section="EC 48260(a)"', '<a class="law" href="/library/ec-48260/">EC 48260(a)</a>'),
        ('section="setting streaks"', '<a class="law" href="/library/policy/#setting-streaks">District setting</a>'),
        ('section="EC 48260" url="#law"', '<a class="law" href="#law">EC 48260</a>'),
        ('section="EC 99999"', '<span class="law">EC 99999</span>'),
        ('section=""', ""),
    ],
)
def test_a_citation_on_a_page(attributes, shown):
    from django_cotton.compiler_regex import CottonCompiler

    made = Template(CottonCompiler().process(f"<c-law {attributes} />")).render(Context())
    assert made.strip() == shown
