"""Measurements: each is a command that prints its table and keeps it in ``bench/results``."""
