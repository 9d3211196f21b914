"""Jinja templates, as data: the prompts by task and language."""
