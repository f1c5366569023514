"""Families over all real numbers, and those cut from them."""


def families():
    yield from ()


def edges():
    yield from ()


def divergences():
    yield from ()
