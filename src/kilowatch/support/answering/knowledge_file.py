"""The knowledge base as YAML, which administrators edit: read and judged, every problem with its line and topic.

One text holds all topics, so that a version is one text; the shipped one is the files of `support/knowledge` joined.

    usage_today:                       # id of the topic
      kind: answer                     # the default; or talk, hand_over, none
      place: /overview                 # optional: the page where it can be seen or done
      en:
        title: What have I used today?
        answer: So far **{today_kwh}**.
        without_data: The overview shows it.
        phrases: [how much ... today]  # see `phrases`
        unless: [yesterday]
        examples:
          - energy used since midnight
      ro: …
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kilowatch.kit.errors import Invalid
from kilowatch.support.answering.knowledge import Kind, Knowledge, Topic, TopicText
from kilowatch.support.answering.own_data import FUNCTIONS, placeholders
from kilowatch.support.answering.phrases import BadPhrase, Phrase, phrase
from kilowatch.support.answering.text import Language, tokens_of

#: Bounds of what an administrator may save: the classifier is built from it in seconds, not in minutes.
MOST_CHARACTERS: Final = 1_000_000
MOST_TOPICS: Final = 200
MOST_EXAMPLES: Final = 400
LONGEST_EXAMPLE, LONGEST_TITLE, LONGEST_ANSWER = 200, 80, 4_000
LEAST_EXAMPLES: Final = 5  #: with fewer a topic is guessed, not learnt

_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
_TOPIC_FIELDS: Final = ("kind", "place", *Language)
_TEXT_FIELDS: Final = ("title", "answer", "without_data", "phrases", "unless", "examples")
_KNOWN_PLACEHOLDERS: Final = {name for gives in FUNCTIONS.values() for name in gives}


@dataclass(frozen=True, slots=True)
class KnowledgeProblem:
    line: int  #: as an editor counts
    topic: str | None
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.topic}' if self.topic else ''}: {self.message}"


class InvalidKnowledge(Invalid):
    def __init__(self, problems: Iterable[KnowledgeProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


def shipped_knowledge() -> str:
    """The text that a new installation begins with."""
    folder = files("kilowatch.support") / "knowledge"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def read_knowledge(text: str) -> Knowledge:
    """Raises `InvalidKnowledge` with all problems, not only the first."""
    reader = _Reader()
    topics = reader.read(_tree(text))
    if reader.problems:
        raise InvalidKnowledge(reader.problems)
    return Knowledge(topics, blake2b(text.encode(), digest_size=6).hexdigest())


def _tree(text: str) -> MappingNode:
    if len(text) > MOST_CHARACTERS:
        raise InvalidKnowledge([KnowledgeProblem(1, None, f"Longer than {MOST_CHARACTERS} characters.")])
    try:
        # An alias can stand for much more than it takes to write; nothing here needs one.
        for event in yaml.parse(text, yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise InvalidKnowledge([KnowledgeProblem(line, None, "YAML aliases are not allowed.")])
        tree = yaml.compose(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidKnowledge([KnowledgeProblem(line, None, f"This is not YAML: {error.problem}.")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidKnowledge([KnowledgeProblem(1, None, "This is not YAML.")]) from error
    if not isinstance(tree, MappingNode):
        raise InvalidKnowledge([KnowledgeProblem(1, None, "Topics are expected: an id, a colon, and indented lines.")])
    return tree


class _Reader:
    """Walks the tree of YAML, which knows its lines, and goes on after a problem."""

    def __init__(self) -> None:
        self.problems: list[KnowledgeProblem] = []
        self._topic: str | None = None
        self._seen: dict[tuple[str, ...], tuple[str, int]] = {}  # example → topic, line

    def read(self, tree: MappingNode) -> Mapping[str, Topic]:
        topics = {}
        for name, key, value in self._fields(tree):
            self._topic = name
            if not _ID.fullmatch(name):
                self._object(key, "An id of a topic is made of a-z, 0-9 and _.")
            topics[name] = self._read_topic(name, value)
        self._topic = None
        self._judge_all(tree, topics)
        return topics

    def _judge_all(self, tree: MappingNode, topics: Mapping[str, Topic]) -> None:
        if len(topics) > MOST_TOPICS:
            self._object(tree, f"More than {MOST_TOPICS} topics.")
        for kind in (Kind.HAND_OVER, Kind.NONE):
            if sum(topic.kind is kind for topic in topics.values()) != 1:
                self._object(tree, f"There has to be one topic of kind {kind}.")
        if not any(topic.kind is Kind.ANSWER for topic in topics.values()):
            self._object(tree, "There has to be a topic with an answer.")

    def _read_topic(self, name: str, node: Node) -> Topic:
        fields = self._known_fields(node, _TOPIC_FIELDS)
        kind = self._kind(fields.get("kind"))
        place = self._string(fields["place"], 80) if "place" in fields else None
        if place is not None and not re.fullmatch(r"/[a-z0-9/_-]*", place):
            self._object(fields["place"], "A place is a path of the web app, like /alerts.")
        texts = {}
        for language in Language:
            if language in fields:
                texts[language] = self._read_text(fields[language], kind)
            else:
                self._object(node, f"{language} is missing.")
        return Topic(id=name, kind=kind, place=place, texts=texts)

    def _kind(self, node: Node | None) -> Kind:
        given = self._string(node, 20) if node is not None else Kind.ANSWER
        if given not in [*Kind] and node is not None:
            self._object(node, f"There is no kind {given}; there are {', '.join(Kind)}.")
            return Kind.ANSWER
        return Kind(given)

    def _read_text(self, node: Node, kind: Kind) -> TopicText:
        fields = self._known_fields(node, _TEXT_FIELDS)
        texts = {name: self._text(fields, name) for name in ("title", "answer", "without_data")}
        read = TopicText(
            title=texts["title"],
            answer=texts["answer"],
            without_data=texts["without_data"],
            phrases=self._phrases(fields.get("phrases")),
            unless=self._phrases(fields.get("unless")),
            examples=self._examples(fields.get("examples")),
        )
        self._judge_text(node, kind, read)
        return read

    def _text(self, fields: Mapping[str, Node], name: str) -> str:
        longest = LONGEST_TITLE if name == "title" else LONGEST_ANSWER
        return self._string(fields[name], longest) if name in fields else ""

    def _judge_text(self, node: Node, kind: Kind, text: TopicText) -> None:
        if kind is not Kind.NONE and not (text.title and text.answer):
            self._object(node, "A title and an answer are needed.")
        if kind is Kind.TALK and not text.phrases:
            self._object(node, "Small talk is recognised by phrases, and there are none.")
        if kind is not Kind.TALK and len(text.examples) < LEAST_EXAMPLES:
            self._object(node, f"{len(text.examples)} examples are too few: {LEAST_EXAMPLES} at least.")
        if unknown := placeholders(text.answer) - _KNOWN_PLACEHOLDERS:
            known = ", ".join(sorted(_KNOWN_PLACEHOLDERS))
            self._object(node, f"There is no placeholder {', '.join(sorted(unknown))}; there are {known}.")
        if placeholders(text.answer) and not text.without_data:
            self._object(node, "An answer with the person's data needs a without_data for when there are none.")
        if placeholders(text.without_data):
            self._object(node, "without_data cannot hold placeholders.")

    def _phrases(self, node: Node | None) -> tuple[Phrase, ...]:
        found = []
        for item in self._items(node):
            try:
                found.append(phrase(self._string(item, LONGEST_EXAMPLE)))
            except BadPhrase as error:
                self._object(item, str(error))
        return tuple(found)

    def _examples(self, node: Node | None) -> tuple[str, ...]:
        items = self._items(node)
        if node is not None and len(items) > MOST_EXAMPLES:
            self._object(node, f"More than {MOST_EXAMPLES} examples.")
            return ()
        return tuple(self._example(item) for item in items)

    def _example(self, node: Node) -> str:
        example = self._string(node, LONGEST_EXAMPLE)
        tokens = tokens_of(example)
        if not tokens:
            self._object(node, f"“{example}” holds no word.")
        elif tokens in self._seen:
            topic, line = self._seen[tokens]
            self._object(node, f"“{example}” is an example of {topic} already, in line {line}.")
        else:
            self._seen[tokens] = (self._topic or "", node.start_mark.line + 1)
        return example

    def _known_fields(self, node: Node, known: Iterable[str]) -> dict[str, Node]:
        names = [str(name) for name in known]
        found = {}
        for name, key, value in self._fields(node):
            if name in names:
                found[name] = value
            else:
                self._object(key, f"There is no field {name} here; there are {', '.join(names)}.")
        return found

    def _fields(self, node: Node) -> Iterator[tuple[str, Node, Node]]:
        if not isinstance(node, MappingNode):
            self._object(node, "Fields are expected here: a name, a colon, a value.")
            return
        seen = set()
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            if name in seen:
                self._object(key, f"{name} stands here twice.")
            else:
                seen.add(name)
                yield name, key, value

    def _items(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self._object(node, "A list is expected here: lines that begin with a dash.")
            return []
        return list(node.value)

    def _string(self, node: Node, longest: int) -> str:
        if not isinstance(node, ScalarNode):
            self._object(node, "A text is expected here. One with a colon or a bracket in it needs quotes.")
            return ""
        if len(node.value) > longest:
            self._object(node, f"Longer than {longest} characters.")
        return str(node.value).strip()

    def _object(self, node: Node, message: str) -> None:
        self.problems.append(KnowledgeProblem(node.start_mark.line + 1, self._topic, message))
