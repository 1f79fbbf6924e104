"""The check-in "Mitä sinulle kuuluu?" and the path that it leads to, as one Rasa form."""
