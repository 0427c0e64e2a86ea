"""Pages and endpoints of our own."""

from flask import Blueprint


def get_blueprints() -> list[Blueprint]:
    return []
