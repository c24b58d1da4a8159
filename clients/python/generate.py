#!/usr/bin/env python3
"""Writes the resource methods and types of package pitwall from the description of the REST API.

    pitwall openapi | python3 clients/python/generate.py            write src/pitwall/_resources.py and _types.py
    pitwall openapi | python3 clients/python/generate.py --check    exit 1 when they are not what would be written

Standard library only. The core that the methods stand on is written by hand.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "src" / "pitwall"
WIDTH = 120
HEADER = "# Generated from the description of the REST API by generate.py; do not edit: make generate\n"
REF = "#/components/schemas/"

# Which class an operation becomes a method of, by the beginning of its path; the first that fits.
CLASSES = [
    ("SessionResources", "/api/v1/sessions/{session}", "Questions about one session."),
    ("ClockResources", "/api/v1/clocks/{id}", "What can be done with one clock."),
    ("AnalyticsResources", "/api/v1/analytics", "Questions over seasons."),
    ("ClientResources", "", "Questions that are not about one session."),
]
# Names that would not say what they are once their class and verb are known.
METHODS = {"get-session": "info", "get-clock": "get", "change-clock": "change", "delete-clock": "delete", "list-questions": "questions"}
SCALARS = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}
PARQUET = "application/vnd.apache.parquet"


class Document:
    """The description, with what is asked of it here."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths = document["paths"]
        self.schemas: dict[str, Any] = document["components"]["schemas"]

    def named(self, schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The name and the body of a schema that is a reference."""
        name = schema["$ref"].removeprefix(REF)
        return name, self.schemas[name]

    def row_of(self, schema: dict[str, Any]) -> str | None:
        """The name of the row where a schema is a page of rows."""
        if "$ref" not in schema:
            return None
        members = self.named(schema)[1].get("properties", {})
        if set(members) != {"data", "next_cursor"}:
            return None
        return self.named(members["data"]["items"])[0]


def annotation(schema: dict[str, Any]) -> str:
    """The Python type of a schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "anyOf" in schema:
        return union(annotation(s) for s in schema["anyOf"])
    if "enum" in schema:
        return "Literal[" + ", ".join(json.dumps(v) for v in schema["enum"]) + "]"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    return union(of_type(t, schema) for t in types) if types else "Any"


def of_type(name: str, schema: dict[str, Any]) -> str:
    if name == "null":
        return "None"
    if name == "array":
        return f"list[{annotation(schema.get('items', {}))}]"
    if name == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {annotation(more)}]" if isinstance(more, dict) else "dict[str, Any]"
    return SCALARS[name]


def union(parts: Iterator[str]) -> str:
    return " | ".join(dict.fromkeys(parts))


def kind(schema: dict[str, Any]) -> str:
    """What a column is to _table.py."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    name = next(t for t in types if t != "null")
    return "time" if schema.get("format") == "date-time" else name


def types_file(doc: Document) -> str:
    """_types.py: a TypedDict for every schema. Rows have datetimes where JSON has text."""
    lines = [HEADER, '"""What answers hold. Unknown is None."""\n', "from __future__ import annotations\n"]
    lines += ["from datetime import datetime", "from typing import Any, Literal, TypedDict\n"]
    pages = {name for name in doc.schemas if doc.row_of({"$ref": REF + name})}
    for name, schema in sorted(doc.schemas.items()):
        if name in pages or "properties" not in schema:
            continue
        total = "" if set(schema.get("required", [])) == set(schema["properties"]) else ", total=False"
        lines += ["", f"class {name}(TypedDict{total}):"]
        lines += quoted(schema.get("description", ""), "    ")
        row = name.endswith("Row")
        for member, s in sorted(schema["properties"].items()):
            of = annotation(s)
            if row and kind(s) == "time":
                of = of.replace("str", "datetime")
            about = s.get("description", "")
            lines.append(f"    {identifier(member)}: {of}" + (f"  #: {about}" if about else ""))
        if lines[-1].startswith("class "):
            lines.append("    pass")
        lines.append("")
    return "\n".join(lines)


def identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"{name!r} can not be a name in Python")
    return name + "_" if keyword.iskeyword(name) else name


def quoted(text: str, indent: str) -> list[str]:
    """A docstring of one paragraph."""
    return docstring([text], indent) if text else []


def docstring(paragraphs: list[str], indent: str) -> list[str]:
    """A docstring; a paragraph that begins with a space keeps its lines."""
    lines: list[str] = []
    for i, text in enumerate(paragraphs):
        lines += [""] if i else []
        if text.startswith(" "):
            lines += [indent + line[1:] for line in text.splitlines()]
        else:
            lines += textwrap.wrap(ended(text), WIDTH - 3, initial_indent=indent, subsequent_indent=indent)
    lines[0] = indent + '"""' + lines[0].removeprefix(indent).replace("\\", "\\\\")
    if len(lines) == 1:
        return [lines[0] + '"""']
    return [*lines, indent + '"""']


def ended(text: str) -> str:
    """A text with its full stop."""
    return text if text.endswith((".", "?")) else text + "."


def entry(text: str) -> list[str]:
    """A line of a list in a docstring, as docstring() keeps it."""
    return textwrap.wrap(ended(text), WIDTH - 8, initial_indent=" " * 5, subsequent_indent=" " * 9)


def wrapped(before: str, parts: list[str], after: str) -> list[str]:
    """A call or a dict on one line, or a part a line where it is too long."""
    line = f"        {before}{', '.join(parts)}{after}"
    if len(line) <= WIDTH:
        return [line]
    return [f"        {before}", *(f"            {p}," for p in parts), f"        {after}"]


class Method:
    """One operation as a method."""

    def __init__(self, doc: Document, verb: str, path: str, op: dict[str, Any]) -> None:
        self.doc, self.verb, self.path, self.op = doc, verb, path, op
        self.owner, self.prefix, _ = next(c for c in CLASSES if path.startswith(c[1]))
        words = op["operationId"].split("-")
        plain = words[1:] if words[0] in ("list", "get", "ask") else words
        self.name = identifier(METHODS.get(op["operationId"], "_".join(plain)))
        self.params = [p for p in op.get("parameters", []) if p["name"] != "cursor" and "{%s}" % p["name"] not in self.prefix]
        good = next(r for status, r in sorted(op["responses"].items()) if status.startswith("2"))
        self.content = good.get("content", {})
        body = op.get("requestBody")
        self.body = doc.named(body["content"]["application/json"]["schema"])[1] if body else None

    def lines(self) -> list[str]:
        args, about = self.arguments()
        returns, call, columns = self.result()
        head = f"    def {self.name}(self" + (f", {', '.join(args)}" if args else "") + f") -> {returns}:"
        if len(head) > WIDTH:
            head = f"    def {self.name}(\n        self,\n" + "".join(f"        {a},\n" for a in args) + f"    ) -> {returns}:"
        summary = self.op["summary"]
        if about:
            columns.insert(0, " Args:\n" + "\n".join(about))
        return [head, *docstring([summary, *self.prose(), *columns], "        "), *call, ""]

    def prose(self) -> list[str]:
        """The description, without what is said of every table."""
        text = re.sub(r"JSON comes in pages:.*", "", self.op.get("description", "")).strip()
        if PARQUET in self.content:
            text = re.sub(r" *The answer is whole: next_cursor is null\.", "", text)
        return [text] if text else []

    def arguments(self) -> tuple[list[str], list[str]]:
        """The parameters and what is said of them."""
        places, named, about = [], [], []
        given = [(p["name"], p["schema"], p.get("description", ""), p.get("required", False), p["in"]) for p in self.params]
        if self.body:
            needed = self.body.get("required", [])
            given += [(n, s, s.get("description", ""), n in needed, "body") for n, s in sorted(self.body["properties"].items())]
        for name, schema, text, required, where in given:
            name, of = identifier(name), self.argument(schema)
            if where == "path":
                places.append(f"{name}: {of}")
            else:
                named.append(f"{name}: {of}" if required else f"{name}: {of} | None = None")
            low, high = schema.get("minimum"), schema.get("maximum")
            bounds = f" ({low:g} to {high:g})" if low is not None and high is not None else ""
            words = schema.get("items", {}).get("enum", [])
            if words and name != "fields":  # those are listed as columns
                bounds = f" ({', '.join(words)})"
            if name == "limit":
                text = "At most so many; all when absent"
            about += entry(f"{name}: {text}{bounds}")
        named.sort(key=lambda a: a.endswith("= None"))
        return [*places, *(["*"] if named else []), *named], about

    @staticmethod
    def argument(schema: dict[str, Any]) -> str:
        if schema.get("type") == "array":
            of = SCALARS[schema["items"]["type"]]
            return f"{of} | Sequence[{of}]"
        if schema.get("format") == "date-time":
            return "str | datetime"
        return annotation(schema)

    def result(self) -> tuple[str, list[str], list[str]]:
        """The type, the code that gets it, and what is said of the columns."""
        path = self.address()
        if self.verb != "get":
            return self.change(path)
        schema = self.content["application/json"]["schema"]
        query = wrapped("query = {", [f'"{p["name"]}": {identifier(p["name"])}' for p in self.params if p["in"] == "query"], "}")
        if PARQUET in self.content:
            of, call, about = self.table(schema, path)
            return of, query + call, about
        name, body = self.doc.named(schema)
        lists = [m for m, s in body["properties"].items() if "array" in s.get("type", "")]
        if "next_cursor" in body["properties"] and len(lists) == 1:
            of = annotation(body["properties"][lists[0]]).removesuffix(" | None")
            return of, [*query, f'        return listed(self._transport, {path}, query, "{lists[0]}")'], []
        if query == ["        query = {}"]:
            return name, [f"        answer: {name} = self._transport.get({path}).json()", "        return answer"], []
        return name, [*query, f"        answer: {name} = self._transport.get({path}, query).json()", "        return answer"], []

    def change(self, path: str) -> tuple[str, list[str], list[str]]:
        """The same of an operation that changes something."""
        send = f'self._transport.send("{self.verb.upper()}", {path}'
        call = [f"        {send})"]
        if self.body:
            call = wrapped(f"{send}, {{", [f'"{n}": {identifier(n)}' for n in sorted(self.body["properties"])], "})")
        if not self.content:
            return "None", call, []
        of = annotation(self.content["application/json"]["schema"])
        call[0], call[-1] = call[0].replace("self.", f"answer: {of} = self.", 1), call[-1] + ".json()"
        return of, [*call, "        return answer"], []

    def table(self, schema: dict[str, Any], path: str) -> tuple[str, list[str], list[str]]:
        """The same of one whose answer is rows."""
        row = self.doc.row_of(schema)
        paged = row is not None
        if row is None and (guess := self.path.rsplit("/", 1)[1].title().replace("_", "") + "Row") in self.doc.schemas:
            row = guess  # its JSON is another one, the other formats are the table
        if row is None or row == "LapsRow" and self.op["operationId"] == "compare-laps":
            return "LapComparison[dict[str, Any]]", [f"        return LapComparison(self._transport, {path}, query, {{}}, paged=False)"], []
        members = self.doc.schemas[row]["properties"]
        order = next((p["schema"]["items"]["enum"] for p in self.params if p["name"] == "fields"), sorted(members))
        kinds = {name: kind(members[name]) for name in order}
        text = [line for n, k in kinds.items() for line in entry(f"{n} ({k}): {members[n].get('description', '')}".removesuffix(": "))]
        call = wrapped("columns = {", [f'"{n}": "{k}"' for n, k in kinds.items()], "}")
        call.append(f"        return Table(self._transport, {path}, query, columns" + ("" if paged else ", paged=False") + ")")
        return f"Table[{row}]", call, [" Columns:\n" + "\n".join(text)]

    def address(self) -> str:
        if self.prefix.endswith("}"):
            rest = self.path.removeprefix(self.prefix)
            if "{" not in rest:
                return f'self._base + "{rest}"' if rest else "self._base"
            return 'f"{self._base}' + re.sub(r"\{(\w+)\}", r"{segment(\1)}", rest) + '"'
        if "{" in self.path:
            return 'f"' + re.sub(r"\{(\w+)\}", r"{segment(\1)}", self.path) + '"'
        return f'"{self.path}"'


def resources_file(doc: Document) -> str:
    """_resources.py: a class for each kind of thing that is asked."""
    methods: dict[str, list[Method]] = {c[0]: [] for c in CLASSES}
    for path, verbs in sorted(doc.paths.items()):
        for verb, op in sorted(verbs.items()):
            m = Method(doc, verb, path, op)
            if m.name in [other.name for other in methods[m.owner]]:
                raise ValueError(f"{m.owner} has two methods {m.name}")
            methods[m.owner].append(m)
    body: list[str] = []
    for name, _, about in CLASSES:
        body += ["", "", f"class {name}(Resources):", f'    """{about}"""', ""]
        for m in methods[name]:
            body += m.lines()
    text = "\n".join(body).rstrip() + "\n"
    text = re.sub(r"\n\n\n\n+", "\n\n\n", text)
    used = sorted(n for n in doc.schemas if re.search(rf"\b{n}\b", re.sub(r'""".*?"""', "", text, flags=re.S)))
    head = [HEADER, '"""The questions of the REST API. Units are in the names: ms, s, km/h, m, percent."""\n']
    head += ["from __future__ import annotations\n", "from collections.abc import Sequence", "from datetime import datetime"]
    head += ["from typing import Any, Literal\n", "from ._base import Resources, listed", "from ._http import segment"]
    head += ["from ._table import LapComparison, Table", "from ._types import (", *(f"    {n}," for n in used), ")\n"]
    return "\n".join(head) + text


def main() -> int:
    doc = Document(json.load(sys.stdin))
    stale = []
    for name, text in (("_types.py", types_file(doc)), ("_resources.py", resources_file(doc))):
        path = OUT / name
        if sys.argv[1:] == ["--check"]:
            if not path.exists() or path.read_text() != text:
                stale.append(name)
        else:
            path.write_text(text)
    if stale:
        print(f"clients/python: {' and '.join(stale)} are not what the description gives: make generate", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
