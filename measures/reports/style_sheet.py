"""What does the style sheet of documents say once its variables are worked out?

WeasyPrint works each of them out anew for every element and every property; of a short document that is a
tenth of the time. They stand in `:root` alone and are the same for all, so they are worked out once.
"""

import ast
import operator
import re
from collections.abc import Callable
from typing import Final

ROOT: Final = re.compile(r":root\s*\{([^}]*)\}")
VARIABLE: Final = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
LENGTH: Final = re.compile(r"\b([\d.]+)(mm|pt)")
SUM: Final = "calc"
POINTS: Final = {"mm": 72 / 25.4, "pt": 1.0}
OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worked_out(css: str) -> str:
    """The same sheet without variables, and with each sum of lengths as one length in points."""
    text = COMMENT.sub("", css)
    values = {name: value for root in ROOT.findall(text) for name, value in VARIABLE.findall(root)}
    text = ROOT.sub("", text)
    while "var(" in text:
        text = re.sub(r"var\((--[\w-]+)\)", lambda found: values[found[1]], text)
    while SUM in text:
        before, _sum, rest = text.rpartition(SUM)  # the last holds no other
        end = _closing(rest)
        text = f"{before}{_points(rest[:end])}{rest[end:]}"
    return text


def _closing(text: str) -> int:
    """Behind the bracket that closes the one with which the text begins."""
    depth = 0
    for place, character in enumerate(text, 1):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place
    raise ValueError(text)


def _points(sum_of_lengths: str) -> str:
    in_points = LENGTH.sub(lambda found: repr(float(found[1]) * POINTS[found[2]]), sum_of_lengths)
    return f"{_value(ast.parse(in_points.strip(), mode='eval').body):.6f}pt"


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=float() | int() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=sign, right=right):
            return OPERATORS[type(sign)](_value(left), _value(right))
    raise ValueError(ast.dump(node))
