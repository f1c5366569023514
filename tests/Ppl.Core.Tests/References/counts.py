"""Families of counts, categories and what is made of them."""


def families():
    yield from ()


def edges():
    yield from ()


def divergences():
    yield from ()
