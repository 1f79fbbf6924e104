import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services_catalog import Catalogue, Search
from services_catalog.search import MIN_SCORE

# Messages and the topic that must come first among the topics.
MEANT = [
    ("mulla on rahat loppu", "money_gone"),
    ("rahat lopus", "money_gone"),
    ("vuokra rästissä ja häätö tulossa", "eviction"),
    ("vuokrarästejä", "eviction"),
    (
        "moi mulla on semmonen juttu että mulla on vuokra maksamatta kaks kuukautta ja nyt tuli "
        "kirje et häädetään",
        "eviction",
    ),
    ("haluun lääkärii", "see_doctor"),
    ("laakariin", "see_doctor"),
    ("lakariin", "see_doctor"),
    ("oon yksinäinen", "lonely"),
    ("yksinainen", "lonely"),
    ("yksinäisyys", "lonely"),
    ("ei oo yhtään kaveria", "lonely"),
    ("mistä ruokaa", "food_aid"),
    ("mist saa ruokakassin", "food_aid"),
    ("velkoja liikaa", "debt_help"),
    ("velkajarjestely", "debt_help"),
    ("pikavippejä", "debt_help"),
    ("hammassärky", "dental"),
    ("hamas särky", "dental"),
    ("hammasta särkee", "dental"),
    ("nälkä", "hungry_now"),
    ("juon liikaa kaljaa", "alcohol"),
    ("tarviin juristin", "legal_aid"),
]

# Messages that no topic of help is about, and keyboard noise.
NOT_MEANT = [
    "asdf qwer zxcv",
    "aöslkdjf",
    "qwertyuiop",
    "123 456",
    "!!! ???",
    "",
    "mikä on pääministerin nimi",
    "millainen sää huomenna",
    "tee mulle python-koodi",
    "kerro vitsi",
    "kuka voitti jalkapallon mm-kisat",
    "what is the capital of France",
    "mitä mieltä olet politiikasta",
    "paras elokuva",
    "paljonko on 5 kertaa 7",
    "missä on lähin elokuvateatteri",
    "osta bitcoinia",
    "laula laulu",
    "runo syksystä",
    "auton renkaat vaihtoon",
    "jääkiekon tulokset",
    "ja mutta kun minä olen",
    "mitä kello on",
    "mikä on suomen pääkaupunki",
    "blaa blaa blaa",
    "hahahaha",
    "mistä ostan uuden puhelimen",
    "kasvien kastelu",
    "miksi taivas on sininen",
    "mikä on elämän tarkoitus",
    "I like trains",
]


@pytest.fixture(scope="module")
def search(catalogue: Catalogue) -> Search:
    return Search(catalogue)


@pytest.fixture(scope="module")
def real_search(real: Catalogue) -> Search:
    return Search(real)


def first_topic(search: Search, message: str) -> str | None:
    return next((hit.id for hit in search.find(message) if hit.kind == "topic"), None)


@pytest.mark.parametrize(("message", "topic"), MEANT)
def test_the_evident_topic_comes_first(search: Search, message: str, topic: str) -> None:
    assert first_topic(search, message) == topic


@pytest.mark.parametrize(("message", "topic"), MEANT)
def test_the_evident_topic_comes_first_in_the_project_catalogue(
    real_search: Search, message: str, topic: str
) -> None:
    assert first_topic(real_search, message) == topic


@pytest.mark.parametrize("message", NOT_MEANT)
def test_silence_when_nothing_fits(search: Search, message: str) -> None:
    assert search.find(message) == []


@pytest.mark.parametrize("message", [*NOT_MEANT, "mikä on ruotsin raha"])
def test_silence_when_nothing_fits_in_the_project_catalogue(
    real_search: Search, message: str
) -> None:
    assert real_search.find(message) == []


def test_the_lowest_score_lies_between_the_two_groups(
    real_search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services_catalog.search.MIN_SCORE", 0.0)

    def best(message: str) -> float:
        return max((hit.score for hit in real_search.find(message)), default=0.0)

    meant = min(best(message) for message, _ in MEANT)
    not_meant = max(best(message) for message in NOT_MEANT)

    assert not_meant < MIN_SCORE < meant


def test_a_whole_alias_scores_one(search: Search) -> None:
    (hit, *_) = search.find("pikavippi")

    assert (hit.kind, hit.id, hit.score) == ("topic", "debt_help", 1.0)


def test_services_are_found_after_topics_of_the_same_words(search: Search) -> None:
    assert [(hit.kind, hit.id) for hit in search.find("juristi")] == [
        ("topic", "legal_aid"),
        ("service", "oikeusapu"),
    ]


def test_the_caller_may_keep_some_hits_only(search: Search) -> None:
    found = search.find("juristi", keep=lambda hit: hit.kind == "service")

    assert [hit.id for hit in found] == ["oikeusapu"]


def test_the_limit_holds(search: Search) -> None:
    assert len(search.find("juristi")) == 2
    assert len(search.find("juristi", limit=1)) == 1
    assert search.find("raha", limit=0) == []


def test_out_of_scope_topics_are_never_found(real_search: Search, real: Catalogue) -> None:
    titles = [topic.title for topic in real.topics_of("out_of_scope")]

    assert titles
    for title in titles:
        assert all(hit.id != "out_of_scope" for hit in real_search.find(title))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_gives_ordered_scores_within_bounds(search: Search, text: str) -> None:
    hits = search.find(text)

    assert len(hits) <= 5
    assert all(MIN_SCORE <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_slip_of_the_finger_in_a_long_word_is_forgiven(
    search: Search, data: st.DataObject
) -> None:
    words = ["velkajärjestely", "hammaslääkäri", "terveyskeskus", "yksinäisyys", "vuokravelka"]
    word = data.draw(st.sampled_from(words))
    place = data.draw(st.integers(3, len(word) - 3))
    slip = data.draw(st.sampled_from(["drop", "double", "swap"]))
    spoilt = {
        "drop": word[:place] + word[place + 1 :],
        "double": word[:place] + word[place] + word[place:],
        "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }[slip]

    assert search.find(spoilt)[0].id == search.find(word)[0].id


def test_a_very_long_message_of_unknown_words_finds_nothing(real_search: Search) -> None:
    message = " ".join(f"outosana{chr(97 + number % 26) * (number % 9)}" for number in range(400))

    assert real_search.find(message) == []
