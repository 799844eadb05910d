"""Invented feeds for the polling benchmark: every feed and item follows from its number, so that runs can be compared.

Of 1,000 feeds 750 are RSS and 250 Atom, 300 carry full articles, 200 are Arabic. Of the items 15 % retell one of a pool
of wire stories, nearly word for word, and 2 % name a tracked place: one in five of those reports an event there, as in
real news. Each edition of a feed holds thirty items: one more new one at the top, the oldest gone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
ITEMS = 30
EVERY = timedelta(minutes=20)  # a feed brings one item
_SUMMARY_WORDS, _ARTICLE_WORDS = 60, 650
_WIRE_STORIES = 400
_ENGLISH = """
about above according added after again against agency agreed aid air all along already although among analysts and
another any area around asked at authorities away back bank because been before began behind being border both bridge
bring budget building but called came capital centre change charge children city claimed clear close coast come
committee community company concern conference continued control cost council country court crossing cut daily days
deal decision delay demand described despite did director doctors down during early east economy education effort
election emergency energy enough evening every expected experts families farmers fell few fighting figures final first
five food for foreign former found fresh from fuel full further gave global government group growing had half have
health held help high homes hope hospital hours houses housing hundreds if in increase industry inflation influence
information into investment issue it its job join judge just keep known labour land large last late law leader left
less level life likely line local long lost made main major make manager many market measure medical meeting member
message might million minister ministry money month more morning most move much national near need network never new
next night north not now number of offer office officials oil old on once one only open opposition or order other out
over own parliament part party past pay peace people plan police policy port power president press price private
problem project protest public quarter question rain raised rate reached region relief remained report residents rest
result return rise river road rose rules said same saw school season second security sent service set several she short
should shut since small some source south spoke staff state statement still storm street strong students such supply
support system take talks team tens than that the their them then there they third this those three through time to
today told took town trade traffic travel tried two under union until up used very village visit vote was water way
week well went were west what when where which while who why will winter with within without women work workers world
would year yesterday young
"""
_ARABIC = """
قال أمس اليوم وزير الحكومة في من على إلى عن مع بعد قبل خلال منذ حتى بين أن إن كان كانت وكان هذا هذه ذلك التي الذي الذين
مدينة بلدة قرية منطقة محافظة طريق جسر نهر مطار ميناء حدود شمال جنوب شرق غرب وسط ريف مصدر مصادر محلية بيان وكالة صحيفة
مراسل سكان أهالي عائلات أطفال نساء مدنيون طبيب مستشفى مدرسة جامعة طلاب معلمون مياه كهرباء وقود خبز أسعار سوق تجارة
اقتصاد ميزانية مشروع شركة عمال أجور قانون محكمة قاضي برلمان انتخابات حزب معارضة رئيس لجنة اجتماع مؤتمر محادثات اتفاق
هدنة مساعدات إنسانية أمم متحدة منظمة دولية قافلة غذائية طبية لاجئين نازحين مخيم شتاء أمطار عاصفة حرارة موسم محصول قمح
زيتون مزارعون كرة فريق مباراة دوري هدف مدرب لاعب جديد قديم كبير صغير أول ثاني ثالث عدد مئات آلاف مليون نسبة ارتفاع
انخفاض زيادة تراجع خطة قرار دعوة زيارة رسالة تقرير دراسة خبراء محللون توقعات نهاية بداية الأسبوع الشهر العام الماضي
المقبل صباح مساء ليلة ساعة دقيقة أضاف أكد أوضح ذكر أشار نقل طالب دعا وصل غادر عاد بدأ انتهى استمر توقف فتح أغلق
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """``places`` are names of tracked places; ``start`` is when the first edition is complete."""

    places: Sequence[str]
    start: datetime

    def head(self, feed: int) -> bytes:
        """What stands before the first item."""
        return _head(feed).encode()

    def tail(self, feed: int) -> bytes:
        return b"</feed>\n" if _is_atom(feed) else b"</channel></rss>\n"

    def item(self, feed: int, number: int) -> bytes:
        """Item ``number`` of a feed, counted from its oldest; edition 0 holds the items 0 to 29."""
        rnd = random.Random(f"{feed}/{number}")
        told = _wire_story(_is_arabic(feed), rnd.randrange(_WIRE_STORIES)) if rnd.random() < 0.15 else None
        title, *paragraphs = _retold(told, rnd) if told else _story(_is_arabic(feed), rnd)
        if rnd.random() < 0.02:
            paragraphs[0] += _news_of(rnd.choice(self.places), rnd)
        at = self.start + (number - ITEMS + 1) * EVERY - timedelta(seconds=feed % 1000)
        return _render(feed, number, title, paragraphs, at).encode()


def _is_atom(feed: int) -> bool:
    return feed % 4 == 3


def _is_arabic(feed: int) -> bool:
    return feed % 5 == 4


def _is_full(feed: int) -> bool:
    return feed % 10 in (1, 4, 7)


@cache
def _words(*, arabic: bool) -> tuple[str, ...]:
    return tuple((_ARABIC if arabic else _ENGLISH).split())


def _story(arabic: bool, rnd: random.Random) -> list[str]:
    """A title, and the paragraphs of an article: the first is its summary."""
    words = _words(arabic=arabic)
    lengths = [_SUMMARY_WORDS, *[_ARTICLE_WORDS // 8] * 7]
    return [" ".join(rnd.choices(words, k=9)), *(" ".join(rnd.choices(words, k=length)) + "." for length in lengths)]


@cache
def _wire_story(arabic: bool, number: int) -> tuple[str, ...]:
    return tuple(_story(arabic, random.Random(f"wire {arabic} {number}")))


def _retold(story: tuple[str, ...], rnd: random.Random) -> list[str]:
    """A wire story with its desk's small changes: a word or two, and a line of its own."""
    title, *paragraphs = story
    words = paragraphs[0].split()
    words[rnd.randrange(len(words))] = rnd.choice(words)
    return [title, " ".join(words), *paragraphs[1:], f"Wire copy {rnd.randrange(10_000)}."]


def _news_of(place: str, rnd: random.Random) -> str:
    if rnd.random() < 0.2:
        return f" The Syrian army captured {place} from Islamic State on Tuesday."
    return f" Prices in {place} rose again, residents said."


def _render(feed: int, number: int, title: str, paragraphs: list[str], at: datetime) -> str:
    link = f"https://outlet{feed}.example/{at:%Y/%m/%d}/story-{number}/"
    summary = escape(f"<p>{escape(paragraphs[0], quote=False)}</p>", quote=False)
    markup = "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in paragraphs) if _is_full(feed) else ""
    if _is_atom(feed):
        content = f'<content type="html">{escape(markup, quote=False)}</content>' if markup else ""
        return (
            f"<entry><title>{escape(title, quote=False)}</title><id>tag:outlet{feed}.example,2026:{number}</id>"
            f'<link rel="alternate" type="text/html" href="{link}"/><published>{at:%Y-%m-%dT%H:%M:%SZ}</published>'
            f"<updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated><author><name>Desk {feed % 7}</name></author>"
            f'<category term="news"/><summary type="html">{summary}</summary>{content}</entry>\n'
        )
    content = f"<content:encoded><![CDATA[{markup}]]></content:encoded>" if markup else ""
    return (
        f"<item><title>{escape(title, quote=False)}</title><link>{link}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate><dc:creator><![CDATA[Desk {feed % 7}]]></dc:creator>"
        f'<category><![CDATA[news]]></category><guid isPermaLink="false">https://outlet{feed}.example/?p={number}</guid>'
        f"<description>{summary}</description>{content}</item>\n"
    )


def _head(feed: int) -> str:
    language = "ar" if _is_arabic(feed) else "en"
    site = f"https://outlet{feed}.example/"
    if _is_atom(feed):
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
            f"<title>Outlet {feed}</title><id>{site}</id>"
            f'<link rel="alternate" type="text/html" href="{site}"/><updated>2026-01-01T00:00:00Z</updated>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Outlet {feed}</title><link>{site}</link><description>News of outlet {feed}</description>"
        f'<atom:link href="{site}feed/" rel="self" type="application/rss+xml"/><language>{language}</language>\n'
    )
