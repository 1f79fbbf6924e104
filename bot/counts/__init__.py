"""Counting what happens, by week and without a trace of whom it happened to."""

from bot.counts.counting import Counting
from bot.counts.report import as_json, as_table

__all__ = ["Counting", "as_json", "as_table"]
