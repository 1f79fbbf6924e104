"""The questions of the check-in itself: beginning, areas, pause, strengths, summary."""

from actions.checkin.question import MOST_BUTTONS, Question, Said, bubble, more_of, pages
from actions.checkin.summary import summary
from actions.checkin.talk import NO, OWN_WORDS, SKIPPED, YES, Talk, answer, button, human
from actions.context import answers, checkin, reader
from services_catalog.answers import Bubble
from services_catalog.checkin import LEVELS, Area, Level

ALL, SOME = "all", "some"
HELP = "help"
_STATEMENT_TOPICS = 3
_GO_ON = {"crisis": "go_on_after_crisis", "hello": "go_on_later"}


class GoOn(Question):
    """Asked while the form waits: after a crisis, a pause, a hand-off, a longer absence."""

    def __init__(self) -> None:
        """Ask whether to go on."""
        super().__init__("checkin_go_on")

    def open(self, talk: Talk) -> bool:
        """Ask as long as the form waits."""
        return talk.waits is not None

    def ask(self, talk: Talk) -> Bubble:
        """Offer to go on, to stop and a human."""
        key = {"crisis": "go_on_after_crisis", "hello": "go_on_later"}.get(
            talk.waits or "", "go_on"
        )
        buttons = checkin().buttons
        over = [answer(buttons["over"], self.slot, "over")] if talk.waits == "begun" else []
        return bubble(
            checkin().say(key),
            answer(buttons["go_on"], self.slot, YES),
            *over,
            answer(buttons["stop"], self.slot, NO),
            human(),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Go on, begin again or stop."""
        if value == YES:
            talk.wait(None)
        elif value == "over":
            talk.begin("self")
            talk.say("begun_again")
        elif value == NO:
            stop(talk)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes and no."""
        if said.polarity is None:
            return False
        self.take(talk, YES if said.polarity == "yes" else NO)
        return True


class Begin(Question):
    """Tells what is coming, and asks whether to begin."""

    def __init__(self) -> None:
        """Ask for all areas, some, or none."""
        super().__init__("checkin_begin")

    def ask(self, talk: Talk) -> Bubble:
        """Tell how many questions there are and that one may stop."""
        buttons = checkin().buttons
        if talk.kind == "close_one":
            return bubble(
                checkin().say("opening_close_one"),
                answer(buttons["begin"], self.slot, ALL),
                answer(buttons["not_now"], self.slot, NO),
                human(),
            )
        told = talk.memory.get("told_more")
        return bubble(
            checkin().say("more" if told else "opening"),
            answer(buttons["begin"], self.slot, ALL),
            answer(buttons["pick"], self.slot, SOME),
            *([] if told else [answer(buttons["more"], self.slot, "tell")]),
            answer(buttons["not_now"], self.slot, NO),
            human(),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Begin, choose areas, tell more, or end."""
        if value == ALL:
            areas = checkin().close_one if talk.kind == "close_one" else checkin().areas
            talk.remember(areas=[area.id for area in areas])
        elif value == "tell":
            talk.remember(told_more=True)
            return
        elif value == NO:
            talk.say("declined")
            talk.remember(kind="")
            talk.end(human())
            return
        elif value != SOME:
            return
        talk[self.slot] = value
        talk.count("checkin_started")
        if value == ALL:
            talk.say("commands")

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes, no, or the areas that are wanted."""
        buttons = checkin().buttons
        picked = reader().choice(
            said.text,
            {
                SOME: [buttons["pick"], "yhdestä", "yhdestä asiasta", "vain yhdestä", "yks asia"],
                "tell": [buttons["more"], "kerro", "mitä kysyt", "lisää"],
            },
        )
        if picked:
            self.take(talk, picked)
            return True
        if said.polarity:
            self.take(talk, ALL if said.polarity == "yes" else NO)
            return True
        return False

    def skip(self, talk: Talk) -> None:
        """Not beginning is a way to skip it all."""
        self.take(talk, NO)


class Pick(Question):
    """Lets the client choose the areas to be asked about."""

    def __init__(self) -> None:
        """Ask for areas until the client has enough."""
        super().__init__("checkin_pick")

    def ask(self, talk: Talk) -> Bubble:
        """Offer the areas that are left."""
        chosen = talk.areas
        left = [area for area in checkin().areas if area not in chosen]
        buttons = checkin().buttons
        begin = [answer(buttons["enough"], self.slot, YES)] if chosen else []
        choices = pages(
            talk,
            [answer(area.title, self.slot, area.id) for area in left],
            more_of(self.slot, talk, "more_areas"),
            MOST_BUTTONS - len(begin),
        )
        names = ", ".join(area.title.lower() for area in chosen)
        text = checkin().say("pick_more", areas=names) if chosen else checkin().say("pick")
        return bubble(text, *choices, *begin)

    def take(self, talk: Talk, value: str) -> None:
        """Add an area, or begin."""
        if value == YES and talk.areas:
            talk[self.slot] = YES
            talk.say("commands")
        elif checkin().area(value):
            talk.remember(areas=[*talk.memory.get("areas", []), value])

    def read(self, talk: Talk, said: Said) -> bool:
        """Read names of areas, or that these are enough."""
        named = reader().areas(said.text, checkin().areas)
        if named:
            for area in named:
                self.take(talk, area.id)
            return True
        if talk.areas and said.polarity:
            self.take(talk, YES)
            return True
        return False

    def skip(self, talk: Talk) -> None:
        """Without a choice all areas are asked."""
        if not talk.areas:
            talk.remember(areas=[area.id for area in checkin().areas])
        talk[self.slot] = YES

    def clear(self, talk: Talk) -> None:
        """Choose anew."""
        super().clear(talk)
        talk.remember(areas=[])


class HowIs(Question):
    """How one area is."""

    def __init__(self, area: Area) -> None:
        """Ask about this area."""
        super().__init__(area.slot)
        self.area = area

    def ask(self, talk: Talk) -> Bubble:
        """Ask, with the progress in words."""
        areas = talk.areas
        place = areas.index(self.area)
        progress = checkin().say("progress", number=str(place + 1), total=str(len(areas)))
        buttons = checkin().buttons
        back = [button("back", "go_back")] if place else []
        return bubble(
            [*(progress if len(areas) > 1 else []), *self.area.question],
            *[answer(self.area.answers[level], self.slot, level) for level in LEVELS],
            answer(buttons["skip"], self.slot, SKIPPED),
            *back,
            answer(buttons["help"], HELP, HELP),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Take one of the three answers, or skip."""
        if value == SKIPPED:
            self.skip(talk)
        elif value in LEVELS:
            self._set(talk, value)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read how it is, and what is hardest when that was told too."""
        if reader().is_question(said.text):
            return False
        found = reader().level(said.text, self.area, said.intent)
        about = {topic for worry in self.area.worries for topic in worry.topics}
        elsewhere = said.topic is not None and said.topic.id not in about
        if found and not (found.bare and found.more and elsewhere):
            self._set(talk, found.level)
            if found.more:
                talk.keep_words(self.area.id, said.text)
            if found.level != "hyvin":
                self._set_worry(talk, said, told=found.more)
            return True
        if said.topic and said.topic.id in about:
            self._set(talk, "huonosti")
            talk.keep_words(self.area.id, said.text, [said.topic])
            self._set_worry(talk, said, told=True)
            return True
        return False

    def keep(self, talk: Talk, said: Said) -> bool:
        """Keep the words and ask which answer is nearest."""
        topics = [said.topic] if said.topic else []
        talk.keep_words(self.area.id, said.text, topics)
        talk.say("unclear")
        return True

    def skip(self, talk: Talk) -> None:
        """Go on without a comment."""
        talk.forget(self.area)
        super().skip(talk)
        talk.say("skipped")

    def clear(self, talk: Talk) -> None:
        """Take back the worry too."""
        talk.forget(self.area)

    def _set(self, talk: Talk, level: Level | str) -> None:
        talk[self.slot] = level
        talk[self.area.worry_slot] = None
        turn = talk.areas.index(self.area) if self.area in talk.areas else 0
        talk.reply({"hyvin": "well", "huonosti": "heavy"}.get(level, "thanks"), turn)
        if self.area.id == "mieli" and level == "huonosti" and not talk.distress:
            talk.paragraphs += answers().crisis_texts.distress

    def _set_worry(self, talk: Talk, said: Said, *, told: bool) -> None:
        # A mere "ei ketään" tells how it is, not yet what is missed.
        surely = [said.topic.id] if said.topic and told else []
        worry = reader().worry(said.text, self.area, surely)
        if worry and not worry.crisis:
            talk[self.area.worry_slot] = worry.id


class Hardest(Question):
    """What is hardest in an area that is not well."""

    def __init__(self, area: Area) -> None:
        """Ask about this area."""
        super().__init__(area.worry_slot)
        self.area = area

    def ask(self, talk: Talk) -> Bubble:
        """Ask, with ready answers, own words and a way past."""
        buttons = checkin().buttons
        worries = self.area.worries
        other = (
            [answer(buttons["other_worry"], self.slot, "own")]
            if len(worries) < MOST_BUTTONS - 1
            else []
        )
        return bubble(
            [self.area.follow_up],
            *[answer(worry.button, self.slot, worry.id) for worry in worries],
            *other,
            answer(buttons["skip"], self.slot, SKIPPED),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Take a worry, ask for own words, or skip."""
        worry = self.area.worry(value)
        if worry:
            talk[self.slot] = worry.id
            if worry.crisis:
                talk.crisis(worry.crisis)
            else:
                talk.reply("thanks", len(talk.worrying))
        elif value == "own":
            talk.say("own_words_worry")
            talk.quiet = True
        elif value == SKIPPED:
            self.skip(talk)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read a worry in the client's words."""
        titles = [worry.button for worry in self.area.worries]
        if reader().is_question(said.text) and not reader().choice(said.text, {"": titles}):
            return False
        likely = list(said.likely)[:_STATEMENT_TOPICS]
        worry = reader().worry(said.text, self.area, likely)
        if worry is None:
            return False
        if reader().choice(said.text, {"": [worry.button]}) is None:
            talk.keep_words(self.area.id, said.text)
        self.take(talk, worry.id)
        return True

    def keep(self, talk: Talk, said: Said) -> bool:
        """Whatever is told here is the answer."""
        talk.keep_words(self.area.id, said.text, [said.topic] if said.topic else [])
        talk[self.slot] = OWN_WORDS
        talk.reply("thanks", len(talk.worrying))
        return True

    def skip(self, talk: Talk) -> None:
        """Go on without a comment."""
        super().skip(talk)
        talk.say("skipped")

    def clear(self, talk: Talk) -> None:
        """Take the words back too; how the area is stays."""
        super().clear(talk)
        talk.note("words", self.area.id, None)
        talk.note("topics", self.area.id, None)


class Pause(Question):
    """Asked once, after three bad answers in a row."""

    def __init__(self) -> None:
        """Ask whether to pause."""
        super().__init__("checkin_pause")

    def ask(self, talk: Talk) -> Bubble:
        """Offer to go on, to pause or to stop."""
        buttons = checkin().buttons
        return bubble(
            checkin().say("pause"),
            answer(buttons["go_on"], self.slot, YES),
            answer(buttons["pause"], self.slot, "pause"),
            answer(buttons["stop"], self.slot, NO),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Go on, pause, or stop."""
        if value == "pause":
            talk[self.slot] = YES
            talk.say("paused")
            talk.end(button("continue", "continue_checkin"), human())
        elif value == NO:
            stop(talk)
        elif value == YES:
            talk[self.slot] = YES

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes as going on, no as stopping, and the word pause."""
        if any(word.startswith(("tauo", "tauk", "lepo", "pause")) for word in _words(said)):
            self.take(talk, "pause")
            return True
        if said.polarity:
            self.take(talk, YES if said.polarity == "yes" else "pause")
            return True
        return False

    def skip(self, talk: Talk) -> None:
        """Go on."""
        talk[self.slot] = YES


class Strength(Question):
    """What helps the client to cope; always asked."""

    def __init__(self) -> None:
        """Ask for a strength."""
        super().__init__("checkin_strength")

    def ask(self, talk: Talk) -> Bubble:
        """Ask, with ready answers and a way past; own words may be typed."""
        buttons = checkin().buttons
        return bubble(
            [*checkin().say("strength"), checkin().strength_question],
            *[answer(s.button, self.slot, s.id) for s in checkin().strengths],
            answer(buttons["skip"], self.slot, SKIPPED),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Take a strength, or skip."""
        if value == SKIPPED or value in {strength.id for strength in checkin().strengths}:
            talk[self.slot] = value
            talk.note("words", "strength", None)

    def read(self, talk: Talk, said: Said) -> bool:
        """Whatever is told here is the answer, but a question and a refusal."""
        if reader().is_question(said.text):
            return False
        titles = {s.id: [s.button] for s in checkin().strengths}
        known = reader().choice(said.text, titles)
        if known:
            self.take(talk, known)
        elif said.polarity == "no":
            self.skip(talk)
        else:
            talk.note("words", "strength", None)
            talk.keep_words("strength", said.text.rstrip(" ."))
            talk[self.slot] = OWN_WORDS
        return True

    def clear(self, talk: Talk) -> None:
        """Take the words back too."""
        super().clear(talk)
        talk.note("words", "strength", None)


class Confirm(Question):
    """Shows the summary and asks whether it is right."""

    def __init__(self) -> None:
        """Ask for a yes, or what to correct."""
        super().__init__("checkin_confirm")

    def ask(self, talk: Talk) -> Bubble:
        """Show the two lists."""
        buttons = checkin().buttons
        opening = "summary_close_one" if talk.kind == "close_one" else "summary"
        return bubble(
            [*checkin().say(opening), *summary(talk), *checkin().say("confirm")],
            answer(buttons["right"], self.slot, YES),
            answer(buttons["fix"], self.slot, "fix"),
            human(),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Confirm, or go to correct."""
        if value == YES:
            told = [area.id for area in talk.areas if talk[area.slot] is not None]
            if len(told) == len(talk.areas):
                talk.count("checkin_finished")
            # After a stop the path is for what was told; the rest is not asked any more.
            talk.remember(areas=told)
            talk[self.slot] = YES
        elif value == "fix":
            talk.remember(fixing=True)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes, no, or the area to correct."""
        if said.polarity == "yes":
            self.take(talk, YES)
        elif named := reader().areas(said.text, talk.areas):
            HowIs(named[0]).clear(talk)
        elif said.polarity == "no" or any(w.startswith("korj") for w in _words(said)):
            self.take(talk, "fix")
        else:
            return False
        return True

    def keep(self, talk: Talk, said: Said) -> bool:
        """Add the words to the summary."""
        talk.keep_words("muu", said.text)
        return True

    def skip(self, talk: Talk) -> None:
        """No objection is a yes."""
        self.take(talk, YES)


class Fix(Question):
    """Lets the client choose what to correct, and asks that again."""

    def __init__(self) -> None:
        """Ask for an area."""
        super().__init__("checkin_fix")

    def open(self, talk: Talk) -> bool:
        """Ask while the client corrects."""
        return bool(talk.memory.get("fixing"))

    def ask(self, talk: Talk) -> Bubble:
        """Offer the areas that were asked, and what helps."""
        buttons = checkin().buttons
        choices = [answer(area.title, self.slot, area.id) for area in talk.areas]
        return bubble(
            checkin().say("fix"),
            *pages(talk, choices, more_of(self.slot, talk, "more_areas"), MOST_BUTTONS - 1),
            answer(buttons["cancel_fix"], self.slot, NO),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Ask the area again, or nothing."""
        area = checkin().area(value)
        if area or value == NO:
            talk.remember(fixing=False)
        if area:
            HowIs(area).clear(talk)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read the name of an area, or no."""
        named = reader().areas(said.text, talk.areas)
        if named:
            self.take(talk, named[0].id)
        elif said.polarity == "no":
            self.take(talk, NO)
        return bool(named) or said.polarity == "no"

    def skip(self, talk: Talk) -> None:
        """Correct nothing."""
        self.take(talk, NO)


def stop(talk: Talk) -> None:
    """End the form where it is, with a summary of what was told."""
    talk.wait(None)
    told = talk.well or talk.worrying
    if told and talk["checkin_confirm"] is None:
        talk.say("stopped_summary")
        talk.paragraphs += summary(talk)
    else:
        talk.say("stopped")
    if talk.at.startswith("checkin_"):
        where = talk.at.removeprefix("checkin_").removesuffix("_worry")
        talk.count(f"checkin_stopped:{where}")
    wanted = talk.worrying and talk["checkin_confirm"] is None
    talk.end(
        *([answer(checkin().buttons["get_help"], "checkin_confirm", YES)] if wanted else []),
        button("continue", "continue_checkin"),
        human(),
    )


def _words(said: Said) -> list[str]:
    return said.text.lower().split()
