"""Rasa's custom actions: they choose an answer, and know nothing of channels."""
