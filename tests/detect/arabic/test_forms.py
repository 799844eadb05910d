"""Arabic verbs and nouns are found in the forms in which the news writes them."""

from __future__ import annotations

import pytest

from watcher.detect.arabic.forms import Form, noun_forms, place_preposition, verb_forms
from watcher.detect.text import fold

IRREGULAR = {"قال": ("يقول", "قيل")}


@pytest.mark.parametrize(
    ("verb", "written"),
    [
        ("سيطر على", "سيطرت سيطروا يسيطر تسيطر يسيطرون ستسيطر سيسيطر سيطرنا سيطرا"),
        ("استعاد", "استعادت استعادوا يستعيد تستعيد ستستعيد استعدنا استعادها يستعيدها استعيدت"),
        ("حاصر", "حاصرت يحاصر تحاصر حاصرها تحاصرها حوصرت حوصر"),
        ("أخلى", "أخلت أخلوا يخلي تخلي أخلاها ستخلي"),
        ("انسحب من", "انسحبت انسحبوا ينسحب تنسحب سينسحبون"),
        ("استولى على", "استولت استولوا يستولي تستولي ستستولي"),
        ("أعاد", "أعادت يعيد تعيد أعيدت"),
        ("فك", "فكت فكوا يفك تفك"),
        ("بدأ", "بدأت بدأوا يبدأ تبدأ"),
        ("قال", "قالت قالوا يقول تقول ستقول قيل"),
        ("دخل", "دخلت دخلها دخلوها يدخل ستدخل"),
    ],
)
def test_a_verb_is_found_in_its_forms(verb: str, written: str) -> None:
    forms = verb_forms(verb, IRREGULAR)

    assert [word for word in written.split() if fold(word) not in forms] == []


@pytest.mark.parametrize(
    ("verb", "written", "form"),
    [
        ("سيطر", "سيطرت", Form.PERFECT | Form.FEMININE),
        ("سيطر", "يسيطر", Form.IMPERFECT),
        ("سيطر", "ستسيطر", Form.FUTURE | Form.FEMININE),
        ("حاصر", "حوصرت", Form.PERFECT | Form.PASSIVE | Form.FEMININE),
        ("حاصر", "حاصرها", Form.PERFECT | Form.OBJECT),
        ("سيطر", "سيطروا", Form.PERFECT | Form.PLURAL),
        ("استعاد", "يستعد", Form.IMPERFECT | Form.JUSSIVE),
    ],
)
def test_a_form_tells_its_tense_and_its_subject(verb: str, written: str, form: int) -> None:
    assert verb_forms(verb, {})[fold(written)] == form


@pytest.mark.parametrize(
    ("noun", "singular", "plural"),
    [
        ("بلدة", "بلدة البلدة بلدتها بلدتهم", "بلدات البلدات بلدتي بلدتين"),
        ("قرية", "قرية القرية", "قرى القرى قراها"),
        ("مقاتل", "مقاتل المقاتل مقاتلا", "مقاتلون المقاتلين مقاتلو مقاتلي مقاتليها مقاتلوهم"),
        ("سيطرة على", "سيطرة السيطرة سيطرته سيطرتها سيطرتهم", ""),
        ("مطار", "مطار المطار", "مطارات"),
    ],
)
def test_a_noun_is_found_with_article_owner_and_in_the_plural(noun: str, singular: str, plural: str) -> None:
    forms = noun_forms(noun, {"قرية": ("قرى",)})

    assert [word for word in singular.split() if forms.get(fold(word)) is not False] == []
    assert [word for word in plural.split() if forms.get(fold(word)) is not True] == []


@pytest.mark.parametrize(
    ("entry", "preposition"),
    [("سيطر على", "علي"), ("انسحب من", "من"), ("دخل إلى", "الي"), ("حرر", ""), ("خط إمداد", "")],
)
def test_the_preposition_of_an_entry_is_its_last_word(entry: str, preposition: str) -> None:
    assert place_preposition(entry) == preposition
