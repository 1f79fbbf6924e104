"""Finnish names of what the desk stores in short English words."""

from datetime import datetime

from services_catalog.models import Catalogue

SENDERS = {
    "shared": "Asiakas antoi näyttää",
    "client": "Asiakas",
    "bot": "Botti",
    "guide": "Ohjaaja",
    "system": "Polku",
    "note": "Muistiinpano työkaverille",
}
REASONS = {
    "helped": "asia selvisi",
    "to_service": "ohjattu palveluun",
    "agreed": "sovittu jatkosta",
    "no_answer": "asiakas ei vastannut",
    "improper": "asiaton keskustelu",
    "other": "muu syy",
    "back_to_bot": "takaisin botille",
    "client": "asiakas lopetti",
    "client_left": "asiakas lopetti",
    "expired": "asiakas ei jatkanut",
}
MARKS = {
    "wrong": "Botti vastasi väärin",
    "outdated": "Palvelu on vanhentunut",
    "good": "Hyvä esimerkki",
    "own": "Oma merkintä",
}
FOLLOW_UP = {"": "Ei käsitelty", "open": "Kesken", "done": "Valmis"}
RATINGS = {"yes": "oli apua", "some": "oli vähän apua", "none": "ei ollut apua"}
ACTIONS = {
    "sign_in": "kirjautui",
    "sign_in_failed": "kirjautuminen ei onnistunut",
    "password": "vaihtoi salasanan",
    "codes_on": "otti kertakoodin käyttöön",
    "codes_off": "poisti kertakoodin käytöstä",
    "account_added": "teki tilin",
    "account_disabled": "sulki tilin",
    "account_password": "antoi uuden salasanan",
    "take": "otti keskustelun",
    "transfer": "siirsi keskustelun",
    "close": "lopetti keskustelun",
    "hand_back": "antoi keskustelun botille",
    "search": "haki sanoilla keskusteluista",
    "open": "avasi keskustelun",
    "export_text": "vei keskustelun tekstinä",
    "export_pdf": "vei keskustelun PDF:nä",
    "delete": "poisti keskustelun",
    "mark": "merkitsi keskustelun",
    "follow_up": "muutti käsittelyn tilaa",
    "need": "korjasi keskustelun tarpeen",
    "preserve": "säilytti keskustelun",
    "release": "perui säilytyksen",
    "teach": "lähetti lauseen botin opetukseen",
    "teach_accept": "hyväksyi lauseen opetukseen",
    "teach_reject": "hylkäsi lauseen",
    "callback_seen": "avasi yhteydenottopyynnön",
    "callback_done": "hoiti yhteydenottopyynnön",
}


def day_and_time(at: datetime) -> str:
    """Return a time as Finns write it: 23.11.2026 kello 8.15."""
    return f"{at.day}.{at.month}.{at.year} kello {at.hour}.{at.minute:02}"


def topic_title(catalogue: Catalogue, topic: str) -> str:
    """Return the title of a topic, or its id when the catalogue has it no more."""
    return next((each.title for each in catalogue.topics if each.id == topic), topic)


def need_title(catalogue: Catalogue, need: str) -> str:
    """Return the title of a need, or its id when the catalogue has it no more."""
    return next((each.title for each in catalogue.needs if each.id == need), need)
