"""Families over positive numbers, bounded intervals and the circle."""


def families():
    yield from ()


def edges():
    yield from ()


def divergences():
    yield from ()
