"""A script's text → its tree, by tree-sitter's bash grammar; trees are shared by all that run the same text."""

from __future__ import annotations

import functools

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Tree

_parser = Parser(Language(tree_sitter_bash.language()))


class SyntaxProblem(Exception):
    """A script that is none, in ash's words."""


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Tree:
    """SyntaxProblem says what is wrong."""
    tree = _parser.parse(text.encode(errors="surrogateescape"))
    if tree.root_node.has_error:
        raise SyntaxProblem(f"syntax error: {_problem(tree.root_node)}")
    return tree


def text_of(node: Node) -> str:
    return (node.text or b"").decode(errors="surrogateescape")


def _problem(node: Node) -> str:
    for child in node.children:
        if child.is_missing:
            return f'unexpected end of file (expecting "{child.type}")'
        if child.type == "ERROR":
            found = text_of(child).strip().splitlines()
            return f'unexpected "{found[0][:40]}"' if found else "unexpected end of file"
        if child.has_error:
            return _problem(child)
    return "unexpected end of file"
