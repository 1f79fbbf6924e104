"""What a client takes along: the path, its errand list, and the code to come back with."""

from bot.paths.as_calendar import Planner, UnfitTime
from bot.paths.errand_list import ErrandList, ErrandLists, Sheet
from bot.paths.model import Path, Thing
from bot.paths.service import RESUME, Paths, TooManyCodes

__all__ = [
    "RESUME",
    "ErrandList",
    "ErrandLists",
    "Path",
    "Paths",
    "Planner",
    "Sheet",
    "Thing",
    "TooManyCodes",
    "UnfitTime",
]
