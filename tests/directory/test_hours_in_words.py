import pytest
from hypothesis import given

from directory.hours import in_french, to_osm
from tests.directory.test_hours import weeks


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Mo-Fr 09:00-12:00", ["du lundi au vendredi, de 9 h à 12 h"]),
        ("Mo-Fr 09:00-12:00,14:00-17:00", ["du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h"]),
        ("Mo,We 09:00-12:00,14:00-17:30", ["le lundi et le mercredi, de 9 h à 12 h et de 14 h à 17 h 30"]),
        ("Mo 09:00-10:00; Tu 10:00-11:00", ["le lundi, de 9 h à 10 h", "le mardi, de 10 h à 11 h"]),
        ("Mo 09:30-11:00, Tu,Th 18:00-20:00",
         ["le lundi, de 9 h 30 à 11 h", "le mardi et le jeudi, de 18 h à 20 h"]),
        ("Mo-We,Fr 08:00-09:00,10:00-11:00,12:00-13:00",
         ["du lundi au mercredi et le vendredi, de 8 h à 9 h, de 10 h à 11 h et de 12 h à 13 h",
          "fermé le jeudi"]),
        ("Mo-Fr 09:00-17:00; We 09:00-12:00",
         ["le lundi, le mardi, le jeudi et le vendredi, de 9 h à 17 h", "le mercredi, de 9 h à 12 h"]),
        ("Mo-Fr 09:00-12:00; We off",
         ["le lundi, le mardi, le jeudi et le vendredi, de 9 h à 12 h", "fermé le mercredi"]),
        ("Tu,Th 09:00-12:00", ["le mardi et le jeudi, de 9 h à 12 h"]),
        ("Mo-Su 18:00-24:00", ["tous les jours, de 18 h à minuit"]),
        ("Fr,Sa 22:00-02:30", ["le vendredi et le samedi, de 22 h à 2 h 30"]),
        ("Mo 00:00-06:00; Tu 00:30-06:00", ["le lundi, de minuit à 6 h", "le mardi, de 0 h 30 à 6 h"]),
        ("Sa 00:00-24:00", ["le samedi, jour et nuit"]),
        ("24/7", ["ouvert tous les jours, jour et nuit"]),
        ("24/7; PH off", ["tous les jours, jour et nuit", "fermé les jours fériés"]),
        ("Mo 09:00-12:00; PH off", ["le lundi, de 9 h à 12 h", "fermé les jours fériés"]),
        ("Mo-Su,PH 09:00-12:00", ["tous les jours, de 9 h à 12 h", "les jours fériés, comme les autres jours"]),
        ("Nov 01-Mar 31 Mo-Th 09:00-12:00; Nov 01-Mar 31 Fr 09:00-11:00; PH off",
         ["du 1er novembre au 31 mars : du lundi au jeudi, de 9 h à 12 h ; le vendredi, de 9 h à 11 h",
          "fermé le reste de l’année", "fermé les jours fériés"]),
        ("Dec 25 10:00-12:00", ["le 25 décembre : tous les jours, de 10 h à 12 h", "fermé le reste de l’année"]),
        ("", None),
        ("sur rendez-vous", None),
        ("PH off", None),
        ("Mo[1] 09:00-12:00", None),
        ("Mo-Fr 09:00-12:00; Th 00:00-00:00", None),
    ],
)  # fmt: skip
def test_hours_in_french(written, told):
    found = in_french(written)
    assert (found and [sentence.replace("\u202f", " ") for sentence in found]) == told


def test_narrow_spaces_that_do_not_break():
    assert in_french("Jun 01-Jun 30 Mo 09:30-12:00; Jun 01-Jun 30 Tu 09:00-12:00")[0] == (
        "du 1er juin au 30 juin\u202f: le lundi, de 9\u202fh\u202f30 à 12\u202fh"
        "\u202f; le mardi, de 9\u202fh à 12\u202fh"
    )


@given(weeks())
def test_every_week_has_its_words(week):
    told = in_french(to_osm(week))
    assert (told is None) == (not any(week.days))
    assert all(sentence == sentence.strip() and "None" not in sentence for sentence in told or [])
