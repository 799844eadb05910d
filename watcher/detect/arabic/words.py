"""The function words of Arabic, which are grammar and stand in no table. Pure data, folded as texts are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from watcher.detect.text import fold


def folded(words: str) -> frozenset[str]:
    """The words of a line, folded."""
    return frozenset(fold(word) for word in words.split())


def _phrases(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(word) for word in phrase.split()) for phrase in phrases)


CONJUNCTIONS: Final = folded("و ف ثم أو بل لكن ولكن أم إنما إلا")
NEGATIONS: Final = folded("لم لن لا ما ليس ليست ليسوا")
FUTURE: Final = folded("سوف")
MAY: Final = fold("قد")
RELATIVES: Final = folded("الذي التي الذين اللذين اللتين اللذان اللتان اللواتي ممن")
THAT: Final = folded("أن أنه أنها أنهم أنهما أننا إن إنه إنها إنهم إنهما إننا بأن بأنه بأنها بأنهم بأننا")
THAT_ALONE: Final = folded("أن بأن")  # a verb right behind may be one that has not happened
BE: Final = folded("كان كانت كانوا يكون تكون كانتا كانا")
WAS: Final = folded("كان كانت كانوا كانتا كانا")
BECOME: Final = folded(
    "بات باتت باتوا بتن أصبح أصبحت أصبحوا صار صارت صاروا أضحى أضحت أمسى أمست غدا غدت يصبح تصبح ليصبح لتصبح"
    " يبيت تبيت عاد عادت"
)
AGAIN: Final = folded("عاد عادت")
PREPOSITIONS: Final = folded(
    "في من على إلى عن مع ب ل ك حتى منذ مذ خلال بعد قبل عند لدى بين حول قرب فوق تحت أمام وراء خلف ضد عبر نحو باتجاه"
    " تجاه إثر عقب فور رغم بسبب بفضل لصالح لمصلحة داخل خارج ضمن وسط دون بدون سوى مقابل أثناء بجانب بمحاذاة قبالة برفقة"
    " غداة صوب إزاء طيلة طوال بمشاركة بمساندة بدعم بإسناد بغطاء نتيجة جراء بموجب ضمن حيال بغية بهدف قصد بقصد"
    " بمحيط انطلاقا ابتداء"
)
PREPOSITIONAL_PHRASES: Final = _phrases(
    ("من قبل", "على يد", "على أيدي", "من جانب", "من يد", "من أيدي", "من قبضة", "من سيطرة", "على حساب")
)
BY: Final = frozenset(("من قبل", "علي يد", "علي ايدي", "من جانب"))
BACKING: Final = folded("دعم إسناد مساندة غطاء بدعم بإسناد بمساندة بغطاء بمشاركة")
FROM: Final = frozenset(("من", "من يد", "من ايدي", "من قبضه", "من سيطره", "علي حساب"))
_OWNERS: Final = ("ه", "ها", "هم", "هما", "نا")
_TAKING_PRONOUNS: Final = (
    "من",
    "عن",
    "في",
    "ب",
    "ل",
    "مع",
    "بين",
    "حول",
    "فوق",
    "تحت",
    "امام",
    "داخل",
    "قرب",
    "ضد",
    "خلف",
)
WITH_PRONOUN: Final = {
    f"{word}{owner}": (word, owner) for word in (*_TAKING_PRONOUNS, "علي", "الي") for owner in _OWNERS
}
AFTER: Final = folded(
    "بعد إثر عقب فور غداة نتيجة جراء بفضل بسبب مع عبر رغم خلال أثناء وسط"
)  # what stands behind has happened
BEFORE: Final = folded("قبل")
SINCE: Final = folded("منذ مذ")
AIMS: Final = folded("ل حتى بغية بهدف قصد بقصد إلى نحو باتجاه صوب")
WITHOUT: Final = folded("دون بدون")
INSIDE: Final = folded("في ب داخل ضمن وسط")
AROUND: Final = folded("قرب عند حول بجانب بمحاذاة قبالة خارج بين بمحيط")
SUBORDINATORS: Final = folded(
    "عندما حين حينما بينما فيما بعدما حالما ريثما كلما حيث إذ إذا لو لولا كي لكي"
    " لأن لأنه لأنها لأنهم وقتما قبلما مثلما كما"
)
CONDITIONALS: Final = folded("إذا لو لولا كي لكي ريثما")
SUBORDINATING_PHRASES: Final = _phrases(
    (
        "بعد أن",
        "قبل أن",
        "منذ أن",
        "إلى أن",
        "حتى إذا",
        "في حال",
        "ما لم",
        "فور أن",
        "ما إن",
        "من أجل أن",
        "بعد ما",
        "في حين",
        "على أن",
    )
)
CONDITIONAL_PHRASES: Final = _phrases(("في حال", "ما لم", "حتى إذا", "إلى أن", "من أجل أن", "على أن"))
HYPOTHETICAL: Final = CONDITIONALS | {" ".join(phrase) for phrase in CONDITIONAL_PHRASES}
DEMONSTRATIVES: Final = folded("هذا هذه ذلك تلك هؤلاء أولئك هو هي هم هما نحن")
QUANTITIES: Final = folded(
    "كل جميع كافة كامل معظم بعض عدة عدد نحو حوالي قرابة زهاء أكثر أقل غالبية أغلب سائر كلا كلتا أي أحد إحدى آخر أول"
)
DIRECTIONS: Final = folded("شمال جنوب شرق غرب شمالي جنوبي شرقي غربي شمالا جنوبا شرقا غربا")
DIRECTIONS_OF: Final = folded("شمالي جنوبي شرقي غربي")  # north of; شمال may also be the north of
DIRECTION_ADJECTIVES: Final = folded(
    "الشمالي الجنوبي الشرقي الغربي الشمالية الجنوبية الشرقية الغربية الأوسط الوسطى شرقية غربية شمالية جنوبية"
)
TITLE_MARKS: Final = folded("عاجل مباشر بالفيديو فيديو صور بالصور شاهد متابعة خاص تحديث")
NUMBERS: Final = {
    fold(word): number
    for number, words in enumerate(
        (
            "صفر",
            "واحد واحدة",
            "اثنان اثنين اثنتان اثنتين",
            "ثلاث ثلاثة",
            "أربع أربعة",
            "خمس خمسة",
            "ست ستة",
            "سبع سبعة",
            "ثماني ثمان ثمانية",
            "تسع تسعة",
            "عشر عشرة",
        )
    )
    for word in words.split()
}
ORDINALS: Final = {
    fold(word): number
    for number, words in enumerate(
        (
            "الأول الأولى",
            "الثاني الثانية",
            "الثالث الثالثة",
            "الرابع الرابعة",
            "الخامس الخامسة",
            "السادس السادسة",
            "السابع السابعة",
            "الثامن الثامنة",
            "التاسع التاسعة",
            "العاشر العاشرة",
        ),
        start=1,
    )
    for word in words.split()
}
TENS: Final = {fold("عشر"): 10, fold("العشرين"): 20, fold("الثلاثين"): 30, fold("عشرين"): 20, fold("ثلاثين"): 30}
WEEKDAYS: Final = {
    fold(word): number
    for number, words in enumerate(("الاثنين الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"))
    for word in words.split()
}
MONTHS: Final = {  # of Syria and Iraq, of Egypt and the Gulf, of the Maghreb
    tuple(fold(part) for part in name.split()): number
    for number, names in enumerate(
        (
            ("كانون الثاني", "يناير", "جانفي"),
            ("شباط", "فبراير", "فيفري"),
            ("آذار", "مارس"),
            ("نيسان", "أبريل", "ابريل", "أفريل"),
            ("أيار", "مايو", "ماي"),
            ("حزيران", "يونيو", "يونيه", "جوان"),
            ("تموز", "يوليو", "يوليه", "جويلية"),
            ("آب", "أغسطس", "اغسطس", "أوت"),
            ("أيلول", "سبتمبر", "شتنبر"),
            ("تشرين الأول", "أكتوبر", "اكتوبر"),
            ("تشرين الثاني", "نوفمبر", "نونبر"),
            ("كانون الأول", "ديسمبر", "دجنبر"),
        ),
        start=1,
    )
    for name in names
}
HIJRI_MONTHS: Final = {
    tuple(fold(part) for part in name.split()): number
    for number, names in enumerate(
        (
            ("محرم",),
            ("صفر",),
            ("ربيع الأول",),
            ("ربيع الآخر", "ربيع الثاني"),
            ("جمادى الأولى", "جمادى الأول"),
            ("جمادى الآخرة", "جمادى الثانية"),
            ("رجب",),
            ("شعبان",),
            ("رمضان",),
            ("شوال",),
            ("ذو القعدة", "ذي القعدة"),
            ("ذو الحجة", "ذي الحجة"),
        ),
        start=1,
    )
    for name in names
}
PARTS_OF_DAY: Final = folded("فجر صباح ظهر عصر مساء ليل ليلة منتصف ضحى عشية فجرا صباحا ظهرا عصرا مساء ليلا نهارا ساعات")
SEASONS: Final = folded("صيف شتاء ربيع خريف")
DATES: Final = (  # words that a time expression begins with or holds
    folded("قبل منذ بعد أمس البارحة اليوم الليلة غدا الغد هذا وقت الأيام الساعات الأسبوع الشهر العام السنة")
    | folded("عام سنة شهر مطلع أوائل بداية مستهل بدايات غرة منتصف أواسط أواخر نهاية ختام آخر أول")
    | folded("الحادي النصف يوم نهار")
    | folded("يومين أيام أسبوع أسبوعين أسابيع شهرين أشهر شهور عامين أعوام سنتين سنوات يوما أسبوعا شهرا عاما ساعات ساعة")
    | frozenset((*WEEKDAYS, *ORDINALS, *NUMBERS, *TENS, *PARTS_OF_DAY, *SEASONS))
    | frozenset(name[0] for name in (*MONTHS, *HIJRI_MONTHS))
    | folded("الفجر المساء الظهر الليل الظهيرة نحو حوالي قرابة أكثر عدة بضعة")
)
NATIVE_AND: Final = folded(  # words that begin with the letter of "and"
    "وصل وقع وزير وزارة وفد وسط وكالة وحدة وضع وجه وقف واشنطن وعد وثق ورد ولاية واحد واحدة وادي وفق وفقا ولد والد"
    " وصول وقوع وجود وجه وطن وطني وطنية وسيط وساطة وسائل وسيلة وثيقة وثائق وضوح وقت وقود وراء ورشة ورق ورقة وردة وزع"
    " وسع وصف وصفة وظيفة وعي وفاة وفر وفرة وقائع وقاية وقفة وكيل ولاء ولي وهم ودع وداع وداعا وئام وحش وحيد وحيدة"
    " وجبة وجهة وجهاء ورث ورم وساد ولادة ومضة ويب وزراء وكلاء وفيات وحدات وسام واقع واقعة واسع واسعة واجه واصل"
    " وشيك وشيكة ووتش ونش"
)
KNOWN: Final = (
    CONJUNCTIONS
    | NEGATIONS
    | FUTURE
    | {MAY}
    | RELATIVES
    | THAT
    | BE
    | BECOME
    | PREPOSITIONS
    | frozenset(WITH_PRONOUN)
    | SUBORDINATORS
    | DEMONSTRATIVES
    | QUANTITIES
    | DIRECTIONS
    | DIRECTION_ADJECTIVES
    | frozenset(NUMBERS)
    | frozenset(ORDINALS)
    | frozenset(TENS)
    | frozenset(WEEKDAYS)
    | frozenset(part for name in (*MONTHS, *HIJRI_MONTHS) for part in name)
    | PARTS_OF_DAY
    | SEASONS
    | NATIVE_AND
    | folded("يومين أيام أسبوعين أسابيع شهرين أشهر شهور عامين أعوام سنتين سنوات سنين عقد عقود ساعات دقائق")
    | folded("أمس اليوم غدا البارحة الآن حاليا يوم عام سنة شهر أسبوع ساعة لكنه لكنها وهو وهي لدى لقد فقد")
)
KINDS: Final = {  # what the words of the table are called in the gazetteer
    "بلدة": "town",
    "قرية": "village",
    "حي": "neighbourhood",
    "ناحية": "subdistrict",
    "محافظة": "governorate",
    "مطار": "airbase",
    "قاعدة": "base",
    "مخيم": "camp",
    "سد": "dam",
}
MASCULINE_KINDS: Final = frozenset(("neighbourhood", "airbase", "camp", "road", "dam", "district"))
