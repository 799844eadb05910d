"""The names of the months in the languages that feeds are dated in. Pure: a table.

Source: Unicode CLDR 45, as Babel 2.18 has it, wide and abbreviated names of the locales in ``LOCALES``, case-folded and
without dots. A test compares the two.
"""

from __future__ import annotations

LOCALES = (
    *("en", "ar", "ar_SY", "ar_DZ", "ar_MA", "fr", "de", "tr", "ru", "uk", "es", "it", "nl", "pt"),
    *("fa", "he", "ku"),
)

_NAMES = """\
january, jan, يناير, كانون الثاني, جانفي, janvier, janv, januar, ocak, oca, января, январь, янв, січня, січень,
  січ, enero, ene, gennaio, gen, januari, janeiro, ژانویهٔ, ژانویه, ינואר, ינו׳, rêbendan, rbn
february, feb, فبراير, شباط, فيفري, février, févr, februar, şubat, şub, февраля, февраль, февр, лютого, лютий,
  лют, febrero, febbraio, februari, fevereiro, fev, فوریهٔ, فوریه, פברואר, פבר׳, sibat, sbt
march, mar, مارس, آذار, mars, märz, mär, mart, марта, март, мар, березня, березень, бер, marzo, maart, mrt,
  março, מרץ, adar, adr
april, apr, أبريل, نيسان, أفريل, avril, avr, nisan, nis, апреля, апрель, апр, квітня, квітень, квіт, abril, abr,
  aprile, آوریل, אפריל, אפר׳, nîsan, nsn
may, مايو, أيار, ماي, mai, mayıs, мая, май, травня, травень, трав, mayo, maggio, mag, mei, maio, مهٔ, مه, מאי,
  gulan, gln
june, jun, يونيو, حزيران, جوان, juin, juni, haziran, haz, июня, июнь, июн, червня, червень, черв, junio, giugno,
  giu, junho, ژوئن, יוני, hezîran, hzr
july, jul, يوليو, تموز, جويلية, يوليوز, juillet, juil, juli, temmuz, tem, июля, июль, июл, липня, липень, лип,
  julio, luglio, lug, julho, ژوئیهٔ, ژوئیه, יולי, tîrmeh, trm
august, aug, أغسطس, آب, أوت, غشت, août, ağustos, ağu, августа, август, авг, серпня, серпень, серп, agosto, ago,
  augustus, اوت, אוגוסט, אוג׳, tebax, tbx
september, sep, سبتمبر, أيلول, شتنبر, septembre, sept, eylül, eyl, сентября, сентябрь, сент, вересня, вересень,
  вер, septiembre, settembre, set, setembro, سپتامبر, ספטמבר, ספט׳, îlon, îln
october, oct, أكتوبر, تشرين الأول, octobre, oktober, okt, ekim, eki, октября, октябрь, окт, жовтня, жовтень,
  жовт, octubre, ottobre, ott, outubro, out, اکتبر, אוקטובר, אוק׳, cotmeh, cot
november, nov, نوفمبر, تشرين الثاني, نونبر, novembre, kasım, kas, ноября, ноябрь, нояб, листопада, листопад,
  лист, noviembre, novembro, نوامبر, נובמבר, נוב׳, mijdar, mjd
december, dec, ديسمبر, كانون الأول, دجنبر, décembre, déc, dezember, dez, aralık, ara, декабря, декабрь, дек,
  грудня, грудень, груд, diciembre, dic, dicembre, dezembro, دسامبر, דצמבר, דצמ׳, berfanbar, brf
"""  # a month each, January first; indented lines go on

MONTHS = {
    name: number
    for number, names in enumerate(_NAMES.replace("\n  ", " ").splitlines(), start=1)
    for name in names.split(", ")
}
