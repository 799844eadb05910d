"""Every YAML file that we ship loads, and keeps what its comments and the project promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.config import load_config
from watcher.config.schema import AlertsSection, HousekeepingSection, PollingSection
from watcher.model import PlaceId
from watcher.rulebook.check import check_rules
from watcher.rulebook.files import RuleFiles, read_rules
from watcher.rulebook.load import load_rulebook
from watcher.rulebook.yaml import read_yaml

REPOSITORY = Path(__file__).parent.parent
RULES = REPOSITORY / "rules"
CONFIG = REPOSITORY / "config"
URLS = {"WATCHER_DESK_MAIL_URL": "mailto://127.0.0.1", "WATCHER_DESK_CHAT_URL": "json://127.0.0.1"}


@pytest.fixture(scope="module")
def files() -> RuleFiles:
    return read_rules(RULES)


def test_the_rules_have_no_problem_and_their_examples_hold() -> None:
    config, _ = load_config(CONFIG, URLS)
    assert config is not None

    problems = check_rules(RULES, config.channel_ids)

    assert [str(problem) for problem in problems if not problem.message.startswith("known gap: ")] == []
    assert {problem.severity for problem in problems} <= {"warning"}


def test_the_configuration_has_no_problem_once_the_secrets_are_there() -> None:
    config, problems = load_config(CONFIG, URLS)

    assert problems == ()
    assert config is not None
    assert [channel.id for channel in config.channels] == ["desk-mail", "desk-chat"]


def test_the_configuration_starts_without_any_secret() -> None:
    config, problems = load_config(CONFIG, {})

    assert config is not None
    assert config.channels == ()
    assert [problem.message for problem in problems] == [
        "channel 'desk-mail' cannot be used: the environment variable WATCHER_DESK_MAIL_URL is not set",
        "channel 'desk-chat' cannot be used: the environment variable WATCHER_DESK_CHAT_URL is not set",
    ]
    assert {problem.severity for problem in problems} == {"warning"}


def test_watcher_yaml_shows_the_values_that_are_used_without_it() -> None:
    config, _ = load_config(CONFIG, URLS)
    assert config is not None

    assert vars_of(config.polling) == dict(PollingSection())
    assert vars_of(config.alerts) == dict(AlertsSection())
    assert vars_of(config.housekeeping) == dict(HousekeepingSection())


def vars_of(section: object) -> dict[str, object]:
    return {name: getattr(section, name) for name in type(section).__annotations__}


def test_commented_channels_are_good_once_uncommented(tmp_path: Path) -> None:
    text = (CONFIG / "channels.yaml").read_text(encoding="utf-8")
    head, _, more = text.partition("to be copied ---\n")
    entries = [line.replace("  # ", "  ", 1) for line in more.splitlines() if re.match(r"  # (  |[a-z-]+:$)", line)]
    (tmp_path / "channels.yaml").write_text(f"{head}\n" + "\n".join(entries) + "\n", encoding="utf-8")
    for name in ("watcher.yaml", "feeds.yaml"):
        (tmp_path / name).write_bytes((CONFIG / name).read_bytes())

    config, problems = load_config(tmp_path, {})

    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert config is not None
    assert set(config.channel_ids) == {"desk-mail", "desk-chat", "shift-mail", "mattermost", "matrix", "telegram"}


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("[rcs]*/**/*.yaml")), ids=lambda path: path.name)
def test_every_yaml_file_reads_without_a_problem(path: Path) -> None:
    document, problems = read_yaml(path, path.name)

    assert document is not None
    assert document.data["version"] == "1"
    assert problems == ()


# --- places --------------------------------------------------------------------------------------------------------


def test_each_places_file_names_its_source() -> None:
    for path in RULES.glob("places/*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# Contains information from OCHA Syria")


def test_places_stand_where_their_kind_belongs(files: RuleFiles) -> None:
    kinds = {place.id: place.kind for place in files.places}
    outer = {
        "governorate": {"country"},
        "district": {"governorate"},
        "subdistrict": {"district"},
        "city": {"subdistrict"},
        "town": {"subdistrict"},
        "neighbourhood": {"city"},
    }

    misplaced = [
        place.id
        for place in files.places
        if place.kind in outer and kinds[place.inside or place.id] not in outer[place.kind]
    ]

    assert len(files.places) == 275
    assert misplaced == []


def test_units_are_named_with_their_type_so_that_the_bare_name_is_the_town(files: RuleFiles) -> None:
    words = {
        "governorate": r"province|governorate|countryside|rural|محافظة|ريف",
        "district": r"district|منطقة",
        "subdistrict": r"sub-?district|ناحية",
    }

    bare = [
        (place.id, name)
        for place in files.places
        for name in place.names
        if place.kind in words and not re.search(words[place.kind], name)
    ]

    assert bare == []


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Aleppo", "aleppo_city"),
        ("حلب", "aleppo_city"),
        ("Aleppo province", "aleppo_governorate"),
        ("Aleppo countryside", "aleppo_governorate"),
        ("ريف حلب", "aleppo_governorate"),
        ("Raqqa", "raqqa_city"),
        ("Raqqa governorate", "raqqa_governorate"),
        ("Azaz", "azaz"),
        ("Azaz district", "azaz_district"),
        ("منطقة اعزاز", "azaz_district"),
    ],
)
def test_a_bare_name_means_one_place(files: RuleFiles, name: str, place: str) -> None:
    assert [found.id for found in files.places if name in found.names] == [place]


def test_common_words_and_personal_names_need_context(files: RuleFiles) -> None:
    text = """
        Old City, Old Town, National Hospital, Nahda, Rashid, Mansour, Rawda, Amin, Barid, Hani, Karim, Tishrin,
        Yarmouk, Hittin, Madan, Iss, Mare', Zahra, Suran, Karama, Mansura, Midan, Fardos, Zuhour, Bayada, Andalus,
        New Aleppo, Youth Housing, Hanano, Raju, Bulbul, Salahuddin, Romaniya, al-Romania, Point 11,
        الباب, الثورة, الطبقة, الراعي, الحرية, الصناعة
    """
    words = [word.strip() for word in text.split(",")]

    strong = [
        (place.id, word)
        for word in words
        for place in files.places
        if word in place.names and not place.needs_context and word not in place.weak_names
    ]

    assert strong == []
    assert {word for word in words if not any(word in place.names for place in files.places)} == set()


def test_places_lie_near_what_holds_them(files: RuleFiles) -> None:
    """A swapped or mistyped coordinate puts a place far away."""
    known = {place.id: place for place in files.places}

    far = []
    for place in files.places:
        outer = known.get(place.inside or PlaceId(""))
        if place.latitude is None or place.longitude is None:
            continue
        assert 35.3 < place.latitude < 37.0, place.id
        assert 36.5 < place.longitude < 39.8, place.id
        if outer and outer.latitude is not None and outer.longitude is not None:
            far += (
                [place.id]
                if abs(place.latitude - outer.latitude) + abs(place.longitude - outer.longitude) > 0.3
                else []
            )

    assert far == []


# --- watches and routes --------------------------------------------------------------------------------------------


def test_the_two_watches_cover_both_provinces(files: RuleFiles) -> None:
    areas = {area for watch in files.watches for area in watch.areas}

    assert areas == {"aleppo_governorate", "raqqa_governorate"}


def test_the_rulebook_loads_as_the_daemon_loads_it() -> None:
    book, problems = load_rulebook(RULES)

    assert problems == ()
    assert book is not None
    assert len(book.gazetteer) == 275
