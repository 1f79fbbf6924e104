"""The web: the JSON API, its event stream, and the pages."""
