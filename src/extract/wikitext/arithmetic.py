"""Arithmetic of the parser function ``#expr``, as far as articles use it."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable

__all__ = ["evaluate"]

_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]*)?|\.[0-9]+)|([-+*/^()\u2212]|[a-z]+))\s*", re.ASCII)
_LONGEST = 200
_DEEPEST = 20
"""Brackets and signs inside one another."""
_LARGEST = 1e15
_LEVELS: tuple[dict[str, Callable[[float, float], float]], ...] = (
    {"round": lambda value, digits: _round(value, int(digits))},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv, "div": operator.truediv, "mod": math.fmod},
    {"^": math.pow},
)
"""Operators by how closely they bind, the loosest first; all go from left to right."""


def _round(value: float, digits: int) -> float:
    """Round halves away from zero, as the wiki does."""
    scale = 10.0**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale


def evaluate(text: str) -> str | None:
    """Return the value of an arithmetic expression as the wiki prints it, None if it has none."""
    if len(text) > _LONGEST or text.count("(") > _DEEPEST:
        return None
    tokens: list[str] = []
    at = 0
    text = text.strip().lower()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        tokens.append(match[1] or match[2].replace("\u2212", "-"))
        at = match.end()
    tokens.reverse()
    try:
        value = _read(tokens, 0)
    except (ArithmeticError, IndexError, TypeError, ValueError):
        return None
    if tokens or not abs(value) < _LARGEST:
        return None
    return f"{value or 0:.14g}"


def _read(tokens: list[str], level: int) -> float:
    """Take the operands of one level off the end of ``tokens`` and return what they give."""
    if level == len(_LEVELS):
        return _operand(tokens)
    value = _read(tokens, level + 1)
    while tokens and tokens[-1] in _LEVELS[level]:
        value = _LEVELS[level][tokens.pop()](value, _read(tokens, level + 1))
    return value


def _operand(tokens: list[str]) -> float:
    sign = tokens.pop()
    if sign == "(":
        value = _read(tokens, 0)
        if tokens.pop() != ")":
            raise ValueError
        return value
    if sign in {"-", "+"}:
        value = _operand(tokens)
        return -value if sign == "-" else value
    return float(sign)
