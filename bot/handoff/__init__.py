"""From the bot to a human guide and back: the queue, the relay, call-back requests.

``HandOff`` (``bot.handoff.service``) is the whole of it; the web finds it as
``request.app[HANDOFF]``; ``.guides.signed_out(guide)`` is for signing out. An open hand-off is a
row of ``bot.store.handoff_tables.handoffs``; ``HandoffStore`` (``bot.store.handoffs``) reads and
writes it. When one that a guide had taken ends, the same transaction makes it a transcript
(``desk_tables.transcripts`` and ``transcript_lines``) of the same id and deletes the row. Lines of
a transcript have the sender "shared" (what the client agreed to show), client, guide, bot, system,
or "note" (a guide's note to colleagues, never shown to the client). The rating comes after the
end, so it is written to the transcript.

Others may listen: ``handoff.on_event(callback)`` calls ``callback(name, seconds)`` with
"handoff_asked", "handoff_closed" (asked outside hours), "handoff_absent" (inside hours, nobody
present or the queue full), "handoff_queued", "handoff_taken" (seconds: the wait), "handoff_missed"
(left the queue untaken; seconds: the wait), "handoff_ended" (seconds: the talk), "callback_asked".
"""
