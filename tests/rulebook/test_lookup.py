from __future__ import annotations

import pytest

from watcher.model import Place, PlaceId, Position
from watcher.rulebook.lookup import PlaceIndex, lookup_key


def place(place_id: str, *names: str, pcode: str | None = None) -> Place:
    return Place(PlaceId(place_id), "town", None, names[0], None, names, Position("p.yaml"), pcode=pcode)


INDEX = PlaceIndex(
    [
        place("azaz", "Azaz", "A'zaz", "اعزاز", pcode="C1564"),
        place("raqqa_city", "Raqqa", "ar-Raqqah", "الرقة"),
        place("tal_rifaat", "Tal Rifaat", "Tell Rif'at", "تل رفعت"),
        place("kobani", "Kobani", "Kobanê"),
        place("al_bab", "al-Bab", "الباب"),
        place("hanano", "Masaken Hanano", "مساكن هنانو"),
        place("zahraa_nubl", "al-Zahraa", "الزهراء"),
        place("zahraa_aleppo", "az-Zahraa", "الزهراء"),
        place("atarib", "Atarib", "الأتارب"),
    ]
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Azaz", ["azaz"]),
        ("AZAZ", ["azaz"]),
        ("A’zaz", ["azaz"]),
        ("أعزاز", ["azaz"]),
        ("إعزاز", ["azaz"]),
        ("c1564", ["azaz"]),
        ("raqqa_city", ["raqqa_city"]),
        ("al-Raqqah", ["raqqa_city"]),
        ("Ar Raqqah", []),
        ("الرقه", ["raqqa_city"]),
        ("رقة", ["raqqa_city"]),
        ("Tel Rif'at", ["tal_rifaat"]),
        ("tall rifaat", ["tal_rifaat"]),
        ("kobane", ["kobani"]),
        ("Bab", ["al_bab"]),
        ("El-Bab", ["al_bab"]),
        ("el bab", ["al_bab"]),
        ("اتارب", ["atarib"]),
        ("Zahraa", ["zahraa_nubl", "zahraa_aleppo"]),
        ("الزهراء", ["zahraa_nubl", "zahraa_aleppo"]),
        ("Hanano", ["hanano"]),
        ("هنانو", ["hanano"]),
        ("hanano masaken", ["hanano"]),
        ("Rif", []),
        ("", []),
        ("!", []),
    ],
)
def test_a_place_is_found_by_any_spelling(name: str, expected: list[str]) -> None:
    assert [match.place.id for match in INDEX.find(name)] == expected


def test_a_match_tells_the_spelling_that_found_it() -> None:
    assert [match.by for match in INDEX.find("a'zaz")] == ["Azaz"]
    assert [match.by for match in INDEX.find("RAQQAH")] == ["ar-Raqqah"]
    assert [match.by for match in INDEX.find("C1564")] == ["C1564"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Azzaz", ["azaz"]), ("Kobanni", ["kobani"]), ("Pennsylvania", [])],
)
def test_near_misses_are_suggested(name: str, expected: list[str]) -> None:
    assert INDEX.find(name) == ()
    assert [match.place.id for match in INDEX.near(name)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("al-Bab", "bab"),
        ("ash-Sheikh Maqsoud", "sheikh maqsoud"),
        ("Tal al-Zarazir", "tal zarazir"),
        ("Talat", "talat"),
    ],
)
def test_articles_do_not_count(name: str, expected: str) -> None:
    assert lookup_key(name) == expected
