"""Families of whole series."""


def families():
    yield from ()


def edges():
    yield from ()


def divergences():
    yield from ()
