"""Channels: each translates between its own world and the conversation, nothing else."""
