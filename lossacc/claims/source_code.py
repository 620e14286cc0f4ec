"""The code that a function reaches in this package, read from syntax trees, nothing imported.

From some functions on, every name is followed to the definition that it stands for, through
imports, and on from there. Of a class, a method belongs to what is reached only where something
reached uses an attribute of its name; of a class that Keras calls, every method does.

What says nothing about the numbers is left out: docstrings, comments, annotations, layout, import
lines, the words of errors, and how a thing shows itself. So a definition may move to another file,
or a file to another name, and it is the same definition.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = __name__.partition(".")[0]
_ROOT = Path(__file__).parents[1]
_SHOWS = {"__repr__", "__str__"}
_SILENT = {"ctx", "kind", "type_comment"}
_PLAIN_BASES = {"object", "Protocol", "RuntimeError", "ValueError", "Generic"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[str, str]  # a module, and a name that it defines


@dataclass(frozen=True)
class Module:
    """One file: what it defines at its top, and what its imported names stand for."""

    defined: Mapping[str, ast.stmt]
    imported: Mapping[str, str]


def reached(places: Iterable[Place], nodes: Iterable[tuple[str, ast.AST]] = ()) -> dict[str, str]:
    """Give every definition that some definitions reach: its name and its bare syntax.

    Parameters
    ----------
    places
        Where to start: modules and names in them.
    nodes
        Pieces of syntax to start from as well, with the module that each stands in.

    Returns
    -------
    dict
        From "name" or "Class.method" to the syntax; the syntaxes of one name are joined.
    """
    walk = _Walk()
    for module, node in nodes:
        walk.follow(module, node)
    walk.add(places)
    return walk.found()


class _Walk:
    """What was reached so far."""

    def __init__(self) -> None:
        self.pieces: dict[tuple[str, str], str] = {}
        self.waiting: dict[str, list[tuple[str, str, Function]]] = {}  # methods by their name
        self.used: set[str] = set()

    def found(self) -> dict[str, str]:
        by_name: dict[str, list[str]] = {}
        for (_, name), text in self.pieces.items():
            by_name.setdefault(name, []).append(text)
        return {name: "\n".join(sorted(by_name[name])) for name in sorted(by_name)}

    def add(self, places: Iterable[Place]) -> None:
        for module, name in places:
            node = _module(module).defined[name]
            if (module, name) in self.pieces:
                continue
            if isinstance(node, ast.ClassDef):
                self._add_class(module, node)
            else:
                self._keep(module, name, node)

    def _keep(self, module: str, name: str, node: ast.AST) -> None:
        if (module, name) not in self.pieces:
            self.pieces[module, name] = syntax(node)
            self.follow(module, node)

    def _add_class(self, module: str, node: ast.ClassDef) -> None:
        methods = [one for one in node.body if isinstance(one, Function)]
        head = ast.ClassDef(**{**dict(ast.iter_fields(node)), "body": []})
        head.body = [one for one in node.body if not isinstance(one, Function)]
        self._keep(module, node.name, head)
        everything = _is_called_from_outside(module, node)
        for method in methods:
            name = f"{node.name}.{method.name}"
            special = method.name.startswith("__") and method.name not in _SHOWS
            if special or everything or method.name in self.used:
                self._keep(module, name, method)
            else:
                self.waiting.setdefault(method.name, []).append((module, name, method))

    def follow(self, module: str, node: ast.AST) -> None:
        """Reach what a piece of syntax names."""
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute):
                self._use(one.attr)
                self.add(_attribute(module, one))
            elif isinstance(one, ast.Name):
                self.add(definition(module, one.id))

    def _use(self, attribute: str) -> None:
        self.used.add(attribute)
        for module, name, method in self.waiting.pop(attribute, ()):
            self._keep(module, name, method)


def _is_called_from_outside(module: str, node: ast.ClassDef) -> bool:
    """Tell whether a class has a base that is not of this package, such as a layer of Keras."""
    return not all(_is_known(module, base) for base in node.bases)


def _is_known(module: str, base: ast.expr) -> bool:
    if isinstance(base, ast.Name):
        return base.id in _PLAIN_BASES or bool(definition(module, base.id))
    return isinstance(base, ast.Attribute) and bool(_attribute(module, base))


def definition(module: str, name: str) -> list[Place]:
    """Find what a name of a module stands for, through imports: one place, or none.

    There is none where the name is not of this package, or a module's.
    """
    read = _module(module)
    if name in read.defined:
        return [(module, name)]
    return _located(read.imported.get(name, ""))


def _attribute(module: str, node: ast.Attribute) -> list[Place]:
    """Find what `module.name` stands for."""
    if not isinstance(node.value, ast.Name):
        return []
    of = _module(module).imported.get(node.value.id, "")
    return _located(f"{of}.{node.attr}") if _path(of) else []


def _located(dotted: str) -> list[Place]:
    """Find the definition of a full name, through the modules that hand it on."""
    home, _, name = dotted.rpartition(".")
    return definition(home, name) if _path(home) and not _path(dotted) else []


def _path(module: str) -> Path | None:
    """Give a module's file; None where it is none of this package."""
    top, *rest = module.split(".")
    if top != PACKAGE:
        return None
    path = _ROOT.joinpath(*rest)
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


@cache
def _module(name: str) -> Module:
    """Read a module."""
    path = _path(name)
    if path is None:
        return Module({}, {})
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = dict(pair for node in ast.walk(tree) for pair in _imports(node))
    bare = _Bare().visit(tree)
    return Module({name: node for node in bare.body for name in _names(node)}, imported)


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            yield (one.asname, one.name) if one.asname else (one.name.partition(".")[0],) * 2
    if isinstance(node, ast.ImportFrom) and node.module:
        for one in node.names:
            yield one.asname or one.name, f"{node.module}.{one.name}"


def _names(node: ast.stmt) -> Iterator[str]:
    """List what a statement at a module's top defines."""
    if isinstance(node, ast.ClassDef | Function):
        yield node.name
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for one in (name for target in targets for name in ast.walk(target)):
            if isinstance(one, ast.Name):
                yield one.id


def lambdas(module: str, line: int) -> list[ast.AST]:
    """Give the lambdas that begin on a line of a module."""
    trees: Iterable[ast.AST] = _module(module).defined.values()
    found = {id(node): node for tree in trees for node in ast.walk(tree)}
    return [n for n in found.values() if isinstance(n, ast.Lambda) and n.lineno == line]


def syntax(node: object) -> str:
    """Write a tree so that every version of Python writes the same."""
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if name not in _SILENT]
        if isinstance(node, ast.JoinedStr):
            fields = [("values", _joined(node.values))]
        told = [f"{name}={syntax(value)}" for name, value in fields if value not in (None, [])]
        return f"{type(node).__name__}({', '.join(told)})"
    if isinstance(node, list):
        return f"[{', '.join(syntax(one) for one in node)}]"
    return repr(node)


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """Join texts side by side in an f-string: versions of Python cut it at other places."""
    joined: list[ast.expr] = []
    for one in values:
        last = joined[-1] if joined else None
        if isinstance(one, ast.Constant) and isinstance(last, ast.Constant):
            joined[-1] = ast.Constant(f"{last.value!s}{one.value!s}")
        else:
            joined.append(one)
    return joined


class _Bare(ast.NodeTransformer):
    """Take out what says nothing about the numbers."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Drop a docstring."""
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node):
            node.body = node.body[1:]
        return super().generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Drop it."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Drop it."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Drop the annotation."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Drop the annotation of what is given back."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Drop the annotation; the name and its value stay."""
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        """Drop an error's words; its kind stays."""
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ast.Raise(kind, None)
