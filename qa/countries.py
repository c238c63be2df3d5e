"""Countries and what their people and things are called, so that "Ukrainian police" finds the row "Ukraine"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from corpus.remembered import remembered
from corpus.types import Span

_TABLE = """
Afghanistan: Afghan; Albania: Albanian; Algeria: Algerian; Andorra: Andorran; Angola: Angolan;
Argentina: Argentine, Argentinian; Armenia: Armenian; Australia: Australian; Austria: Austrian; Azerbaijan: Azerbaijani;
Bahamas: Bahamian; Bahrain: Bahraini; Bangladesh: Bangladeshi; Barbados: Barbadian; Belarus: Belarusian;
Belgium: Belgian; Belize: Belizean; Benin: Beninese; Bhutan: Bhutanese; Bolivia: Bolivian;
Bosnia and Herzegovina, Bosnia: Bosnian; Botswana: Botswanan; Brazil: Brazilian; Brunei: Bruneian; Bulgaria: Bulgarian;
Burkina Faso: Burkinabé, Burkinabe; Burundi: Burundian; Cambodia: Cambodian; Cameroon: Cameroonian; Canada: Canadian;
Cape Verde, Cabo Verde: Cape Verdean; Central African Republic: Central African; Chad: Chadian; Chile: Chilean;
China: Chinese; Colombia: Colombian; Comoros: Comorian; Congo: Congolese; Costa Rica: Costa Rican;
Côte d'Ivoire, Côte d’Ivoire, Ivory Coast: Ivorian; Croatia: Croatian, Croat; Cuba: Cuban; Cyprus: Cypriot;
Czech Republic, Czechia: Czech; Denmark: Danish, Dane; Djibouti: Djiboutian; Dominican Republic: Dominican;
Ecuador: Ecuadorian; Egypt: Egyptian; El Salvador: Salvadoran; Eritrea: Eritrean; Estonia: Estonian;
Ethiopia: Ethiopian; Fiji: Fijian; Finland: Finnish, Finn; France: French; Gabon: Gabonese; Gambia: Gambian;
Georgia: Georgian; Germany: German; Ghana: Ghanaian; Greece: Greek; Grenada: Grenadian; Guatemala: Guatemalan;
Guinea: Guinean; Guyana: Guyanese; Haiti: Haitian; Honduras: Honduran; Hungary: Hungarian;
Iceland: Icelandic, Icelander; India: Indian; Indonesia: Indonesian; Iran: Iranian; Iraq: Iraqi; Ireland: Irish;
Israel: Israeli; Italy: Italian; Jamaica: Jamaican; Japan: Japanese; Jordan: Jordanian; Kazakhstan: Kazakh;
Kenya: Kenyan; Kosovo: Kosovar, Kosovan; Kuwait: Kuwaiti; Kyrgyzstan: Kyrgyz; Laos: Lao, Laotian; Latvia: Latvian;
Lebanon: Lebanese; Lesotho: Basotho; Liberia: Liberian; Libya: Libyan; Liechtenstein: Liechtensteiner;
Lithuania: Lithuanian; Luxembourg: Luxembourger; Madagascar: Malagasy; Malawi: Malawian; Malaysia: Malaysian;
Maldives: Maldivian; Mali: Malian; Malta: Maltese; Mauritania: Mauritanian; Mauritius: Mauritian; Mexico: Mexican;
Moldova: Moldovan; Monaco: Monegasque; Mongolia: Mongolian; Montenegro: Montenegrin; Morocco: Moroccan;
Mozambique: Mozambican; Myanmar, Burma: Burmese; Namibia: Namibian; Nauru: Nauruan; Nepal: Nepalese, Nepali;
Netherlands, Holland: Dutch; New Zealand: New Zealander; Nicaragua: Nicaraguan; Nigeria: Nigerian; Niger: Nigerien;
North Macedonia, Macedonia: Macedonian; Norway: Norwegian; Oman: Omani; Pakistan: Pakistani; Palau: Palauan;
Palestine: Palestinian; Panama: Panamanian; Papua New Guinea: Papuan; Paraguay: Paraguayan; Peru: Peruvian;
Philippines: Philippine, Filipino; Poland: Polish, Pole; Portugal: Portuguese; Qatar: Qatari; Romania: Romanian;
Russia, Russian Federation: Russian; Rwanda: Rwandan; Samoa: Samoan; Saudi Arabia: Saudi; Senegal: Senegalese;
Serbia: Serbian; Seychelles: Seychellois; Sierra Leone: Sierra Leonean; Singapore: Singaporean; Slovakia: Slovak;
Slovenia: Slovenian, Slovene; Somalia: Somali; South Africa: South African;
South Korea, Republic of Korea: South Korean; North Korea: North Korean; Spain: Spanish, Spaniard;
Sri Lanka: Sri Lankan; Sudan: Sudanese; Suriname: Surinamese; Swaziland, Eswatini: Swazi; Sweden: Swedish, Swede;
Switzerland: Swiss; Syria: Syrian; Taiwan: Taiwanese; Tajikistan: Tajik; Tanzania: Tanzanian; Thailand: Thai;
Togo: Togolese; Tonga: Tongan; Trinidad and Tobago: Trinidadian; Tunisia: Tunisian; Turkey, Türkiye: Turkish, Turk;
Turkmenistan: Turkmen; Tuvalu: Tuvaluan; Uganda: Ugandan; Ukraine: Ukrainian; United Arab Emirates: Emirati;
United Kingdom, Great Britain, Britain: British, Briton; Scotland: Scottish; Wales: Welsh; England: English;
United States of America, United States: American; Uruguay: Uruguayan; Uzbekistan: Uzbek; Vanuatu: Vanuatuan;
Venezuela: Venezuelan; Viet Nam, Vietnam: Vietnamese; Yemen: Yemeni; Yugoslavia: Yugoslav; Zambia: Zambian;
Zimbabwe: Zimbabwean
"""
_MANY = "s"


def _read(table: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    rows = []
    for row in " ".join(table.split()).split("; "):
        names, people = row.rstrip(";").split(": ")
        rows.append((tuple(names.split(", ")), tuple(people.split(", "))))
    return rows


_ROWS = _read(_TABLE)
_OTHERS: Mapping[str, tuple[str, ...]] = {
    form: others
    for names, people in _ROWS
    for forms, others in ((names, people), (people, names))
    for form in forms
}
_FIRST = re.compile(r"(?<![\w-])[A-ZÀ-Ý][a-zà-ÿ]+")


def _by_first_word(forms: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """For the first word of each form a pattern of all that begin with it, the longest first."""
    grouped: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        for first in {form.split()[0], f"{form}{_MANY}" if " " not in form else form.split()[0]}:
            grouped.setdefault(first, []).append(form)
    return {
        first: re.compile(rf"({'|'.join(map(re.escape, own))}){_MANY}?(?!\w)")
        for first, own in grouped.items()
    }


_PATTERNS = _by_first_word(_OTHERS)


def other_forms(question: str) -> dict[str, tuple[str, ...]]:
    """For each country of a question the names of its people, and for each people the names of the country.

    The keys are as the question writes them, without a plural's ending.
    """
    return {match.group(1): _OTHERS[match.group(1)] for match in _named(question)}


@remembered
def countries_in(text: str) -> tuple[Span, ...]:
    """Where a text names a country or a people, in order."""
    return tuple(Span(*match.span()) for match in _named(text))


def _named(text: str) -> Iterator[re.Match[str]]:
    """The names, told by their first words, which are looked up: one pattern of all names takes a hundred times as long."""
    end = 0
    for first in _FIRST.finditer(text):
        pattern = _PATTERNS.get(first.group()) if first.start() >= end else None
        found = pattern.match(text, first.start()) if pattern else None
        if found is not None:
            end = found.end()
            yield found
