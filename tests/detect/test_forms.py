"""English verbs and nouns in all their written forms, so that a table needs only the basic one."""

from __future__ import annotations

import pytest

from watcher.detect.english.forms import Form, noun_forms, verb_forms

IRREGULAR = {"take": ("took", "taken"), "run": ("ran", "run"), "cut": ("cut", "cut"), "lose": ("lost", "lost")}


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("seize", "seize seizes seized seizing"),
        ("capture", "capture captures captured capturing"),
        ("take", "take takes took taken taking"),
        ("retake", "retake retakes retook retaken retaking"),
        ("re-take", "re-take re-takes re-took re-taken re-taking"),
        ("overrun", "overrun overruns overran overrunning"),
        ("cut", "cut cuts cutting"),
        ("occupy", "occupy occupies occupied occupying"),
        ("deploy", "deploy deploys deployed deploying"),
        ("storm", "storm storms stormed storming"),
        ("quit", "quit quits quitted quitting"),
        ("expel", "expel expels expelled expelling"),
        ("enter", "enter enters entered entering"),
        ("withdraw", "withdraw withdraws withdrawed withdrawing"),  # regular unless the table says otherwise
        ("free", "free frees freed freeing"),
        ("push", "push pushes pushed pushing"),
        ("seise", "seise seises seised seising seize seizes seized seizing"),  # and every -ise, -ize
        ("travel", "travel travels traveled travelled traveling travelling"),
        ("encircle", "encircle encircles encircled encircling"),
    ],
)
def test_verbs(verb: str, forms: str) -> None:
    assert set(verb_forms(verb, IRREGULAR)) == set(forms.split())


def test_only_the_first_word_of_a_phrase_changes() -> None:
    assert set(verb_forms("lose control of", IRREGULAR)) == {
        "lose control of", "loses control of", "lost control of", "losing control of"
    }  # fmt: skip


def test_one_written_form_may_be_several() -> None:
    assert verb_forms("cut", IRREGULAR)["cut"] == Form.BASE | Form.PAST | Form.PARTICIPLE
    assert verb_forms("storm", IRREGULAR)["stormed"] == Form.PAST | Form.PARTICIPLE


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("village", "villages"),
        ("city", "cities"),
        ("army base", "army bases"),
        ("stretch", "stretches"),
        ("bus", "buses"),
        ("gunman", "gunmen"),
        ("half", "halves"),
        ("valley", "valleys"),
        ("district centre", "district centres"),
    ],
)
def test_nouns(noun: str, plural: str) -> None:
    forms = noun_forms(noun)

    assert forms[noun] is False
    assert forms[plural] is True


def test_nouns_have_both_spellings() -> None:
    assert set(noun_forms("neighbourhood")) == {"neighbourhood", "neighbourhoods", "neighborhood", "neighborhoods"}
    assert {"centre", "center", "centres", "centers"} == set(noun_forms("centre"))
