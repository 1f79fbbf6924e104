"""Finnish text as people type it, brought to a form that can be compared."""

import re
import unicodedata

# Spoken and clipped forms that carry the meaning of a sentence. Endings that only change the
# sound (tuun/tulen) are left to the character n-grams.
_SPOKEN = {
    "mä": "minä", "mie": "minä", "mää": "minä", "miä": "minä", "mnä": "minä",
    "sä": "sinä", "sie": "sinä", "sää": "sinä",
    "mun": "minun", "miun": "minun", "mul": "minulla", "mulla": "minulla", "miulla": "minulla",
    "mua": "minua", "miuta": "minua", "mulle": "minulle", "miulle": "minulle",
    "multa": "minulta", "musta": "minusta", "muhun": "minuun",
    "sun": "sinun", "sulla": "sinulla", "sua": "sinua", "sulle": "sinulle",
    "oon": "olen", "oo": "ole", "oot": "olet", "ollaa": "ollaan", "oisin": "olisin",
    "ois": "olisi",
    "emmä": "en minä", "emmie": "en minä", "enmä": "en minä", "etsä": "et sinä", "onks": "onko",
    "eioo": "ei ole",
    "tarviin": "tarvitsen", "tarviis": "tarvitsisi", "tarttis": "tarvitsisi",
    "tarvin": "tarvitsen",
    "haluun": "haluan", "haluisin": "haluaisin", "haluu": "halua", "haluis": "haluaisi",
    "tiiä": "tiedä", "tiiän": "tiedän", "tiä": "tiedä", "tiie": "tiedä", "tierä": "tiedä",
    "pitäs": "pitäisi", "pitäis": "pitäisi", "vois": "voisi", "voisko": "voisiko",
    "saisko": "saisiko", "saanks": "saanko", "saaks": "saako", "mist": "mistä", "mite": "miten",
    "mitäs": "mitä", "mittee": "mitä", "mihis": "mihin", "mikäs": "mikä",
    "täs": "tässä", "täst": "tästä", "tääl": "täällä", "sit": "sitten", "sitte": "sitten",
    "kans": "kanssa", "kaa": "kanssa", "ennää": "enää", "ennee": "enää", "enä": "enää",
    "ena": "enää", "ennoo": "en ole",
    "vaa": "vaan", "niinku": "niin kuin", "ku": "kun", "kute": "kuten", "ett": "että",
    "kaikk": "kaikki", "huomen": "huomenna", "tänää": "tänään", "eile": "eilen",
    "yöks": "yöksi", "oispa": "olisipa", "oisinpa": "olisinpa", "päiväks": "päiväksi",
    "meil": "meillä", "teil": "teillä", "sil": "sillä", "sillon": "silloin",
}  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*", re.UNICODE)
# C0 and C1 controls but tab and line feed, zero-width and direction marks.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), without control and direction marks, and stripped."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case."""
    return _WORD.findall(text.lower())


def plain(text: str) -> str:
    """Return lower case words with spoken forms written out and stretched letters cut.

    ``"Emmä JAKSAAAA enää!!"`` becomes ``"en minä jaksaa enää"``.
    """
    stretched = re.sub(r"(\w)\1{2,}", r"\1", text.lower())
    return " ".join(_SPOKEN.get(word, word) for word in words(stretched))


def folded(text: str) -> str:
    """Return ``plain(text)`` without the dots of å, ä and ö, which phones often leave out."""
    return plain(text).translate(str.maketrans("åäö", "aao"))


def clauses(text: str) -> list[str]:
    """Split a message where a new thought may begin; one item when it is short."""
    parts = re.split(
        r"[.!?;\n]+|,|\s(?:ja|mutta|mut|sitten|sit|lisäksi|lisäks|myös|plus|eikä|sekä)\s", text
    )
    return [part.strip() for part in parts if part and part.strip()]
