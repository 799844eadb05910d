"""The function words of English, which are grammar and stand in no table. Pure data."""

from __future__ import annotations

from typing import Final

DETERMINERS: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "these",
        "those",
        "its",
        "their",
        "his",
        "her",
        "our",
        "my",
        "your",
        "each",
        "every",
        "another",
        "any",
        "no",
        "some",
        "all",
        "both",
        "either",
        "neither",
        "such",
    ]
)
POSSESSIVES: Final = frozenset(("its", "their", "his", "her", "our", "my", "your"))
PRONOUNS: Final = frozenset(
    [
        "it",
        "they",
        "he",
        "she",
        "we",
        "you",
        "i",
        "them",
        "him",
        "us",
        "itself",
        "themselves",
        "himself",
        "one",
        "everyone",
        "nobody",
        "anybody",
    ]
)
PREPOSITIONS: Final = frozenset(
    [
        "of",
        "in",
        "on",
        "at",
        "by",
        "from",
        "to",
        "into",
        "onto",
        "out",
        "off",
        "over",
        "under",
        "near",
        "around",
        "round",
        "outside",
        "inside",
        "within",
        "between",
        "across",
        "along",
        "through",
        "toward",
        "towards",
        "with",
        "without",
        "against",
        "for",
        "about",
        "after",
        "before",
        "since",
        "until",
        "till",
        "during",
        "behind",
        "beyond",
        "beneath",
        "above",
        "below",
        "despite",
        "amid",
        "among",
        "amongst",
        "via",
        "per",
        "throughout",
        "past",
        "opposite",
        "besides",
        "beside",
        "except",
        "like",
        "than",
        "upon",
        "following",
        "because",
        "versus",
        "alongside",
        "overlooking",
        "including",
        "adjoining",
        "bordering",
    ]
)
CLAUSE_PREPOSITIONS: Final = frozenset(("after", "before", "since", "until", "till"))  # also open clauses
SUBORDINATORS: Final = frozenset(
    [
        "when",
        "while",
        "as",
        "because",
        "if",
        "unless",
        "once",
        "although",
        "though",
        "where",
        "whereas",
        "whereupon",
        "lest",
        "whenever",
        "whether",
        "why",
        "how",
    ]
)
CONDITIONALS: Final = frozenset(("if", "unless", "until", "till", "whether", "lest", "once"))
RELATIVES: Final = frozenset(("which", "who", "whom", "whose"))
CONJUNCTIONS: Final = frozenset(("and", "or", "but", "nor", "&", "plus"))
BE: Final = frozenset(("be", "am", "is", "are", "was", "were", "been", "being", "'re", "'m"))
HAVE: Final = frozenset(("have", "has", "had", "having", "'ve"))
GET: Final = frozenset(("get", "gets", "got", "getting"))
DO: Final = frozenset(("do", "does", "did"))
MODALS: Final = frozenset(
    ("will", "would", "could", "can", "may", "might", "should", "must", "shall", "'ll", "wo", "ca", "ought")
)
NEGATIONS: Final = frozenset(("not", "never", "neither", "nor"))
PRESENT: Final = frozenset(("is", "are", "has", "have", "'re", "'ve", "does", "do", "am", "'m"))
DIRECTIONS: Final = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "north-east",
        "north-west",
        "south-east",
        "south-west",
        "northeastern",
        "northwestern",
        "southeastern",
        "southwestern",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "upper",
        "lower",
        "inner",
        "outer",
        "downtown",
    ]
) | {f"{one} {other}" for one in ("north", "south") for other in ("east", "west", "eastern", "western")}
COMPASS: Final = frozenset(
    (
        "north",
        "south",
        "east",
        "west",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "north east",
        "north west",
        "south east",
        "south west",
    )
)
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
INDEFINITE: Final = {"a": 1, "an": 1, "several": 3, "few": 3, "couple": 2, "some": 3, "many": 5, "dozen": 12, "half": 1}
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed"),
            ("thursday", "thu", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for name in names
}
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
SEASONS: Final = frozenset(("spring", "summer", "autumn", "winter", "fall", "summers", "winters"))
PARTS_OF_DAY: Final = frozenset(
    (
        "morning",
        "afternoon",
        "evening",
        "night",
        "noon",
        "dawn",
        "dusk",
        "midday",
        "midnight",
        "nightfall",
        "dark",
        "sunrise",
        "sunset",
        "hours",
        "daybreak",
    )
)
# adjectives of countries: where a table gives them no side, their soldiers are not those of the country at hand
NATIONALITIES: Final = frozenset(
    {"american", "british", "french", "german", "italian", "dutch", "danish", "belgian", "canadian", "australian"}
    | {"russian", "ukrainian", "chechen", "turkish", "iranian", "iraqi", "lebanese", "jordanian", "israeli", "egyptian"}
    | {"saudi", "emirati", "qatari", "kuwaiti", "yemeni", "libyan", "tunisian", "moroccan", "afghan", "pakistani"}
    | {"indian", "chinese", "japanese", "norwegian", "swedish", "spanish", "polish", "czech", "georgian", "armenian"}
)
FUNCTION_WORDS: Final = (
    DETERMINERS
    | PRONOUNS
    | PREPOSITIONS
    | SUBORDINATORS
    | RELATIVES
    | CONJUNCTIONS
    | BE
    | HAVE
    | DO
    | MODALS
    | {"that", "to"}
)
