"""The desk: the guides' pages, in Finnish, which work without JavaScript."""
