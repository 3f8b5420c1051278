"""Names are folded alike by the database and in Python, whatever alphabet they are written in."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.roster.models import Student, fold

from .conftest import arrives

LETTERS = "aBcñÑéÉüÜßøØłŁđĐıİçÇşğươƯễỆẠ́̃ -'’ԱաՎև ЙйЁёжŽž"
names = st.text(LETTERS, max_size=12)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("José Núñez-Ortiz", "jose nunez ortiz"),
        ("O'Neal", "oneal"),
        ("O’Neal", "oneal"),
        ("Nguyễn Thị Ánh", "nguyen thi anh"),
        ("Łukasz Østergård", "lukasz ostergard"),
        ("Jose\u0301", "jose"),
        ("Հովհաննիսյան", "հովհաննիսյան"),
        ("", ""),
    ],
)
def test_fold(name, folded):
    assert fold(name) == folded


@given(names)
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, min_size=1, max_size=20))
def test_the_database_folds_as_we_do(district, every):
    arrival = arrives(1)
    made = Student.objects.bulk_create(
        Student(key=f"{arrival.pk}-{n}", given=name, family="Ünal", preferred_given=None, arrival=arrival)
        for n, name in enumerate(every)
    )
    stored = dict(Student.objects.filter(arrival=arrival).values_list("pk", "searched"))
    for one, name in zip(made, every, strict=True):
        assert stored[one.pk].split() == [*fold(name).split(), "unal"]
        assert stored[one.pk].startswith(" ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"searched__contains": " ocampo"}, "student_by_searched"),
        ({"key__iexact": "ab12"}, "student_by_any_case_key"),
    ],
)
def test_a_search_can_use_its_index(asked, index):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        assert index in Student.objects.filter(**asked).order_by().explain()
