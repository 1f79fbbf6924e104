"""The acceptance list of accessibility, line by line, and the proof that its tests see faults."""
