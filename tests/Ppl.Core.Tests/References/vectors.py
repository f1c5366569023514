"""Families of vectors and matrices."""


def families():
    yield from ()


def edges():
    yield from ()


def divergences():
    yield from ()
