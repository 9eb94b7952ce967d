"""Plain data into what a template or an answer needs."""
