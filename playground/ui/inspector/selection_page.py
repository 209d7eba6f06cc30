"""The inspector with several layers selected: what they have in common is set for all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.graph.model import Node
from playground.layers import LayerType, Param
from playground.ui.canvas.dress import kind_of
from playground.ui.inspector.form import ParamForm
from playground.ui.inspector.learning_section import LearningSection
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading, Separator, TextLabel, TitleLabel
from playground.ui.widgets.numbers import count, million


def shared_params(kinds: Sequence[LayerType]) -> tuple[Param, ...]:
    """The settings that all of these layer types have, with the same values allowed."""
    first, *others = kinds
    return tuple(
        param for param in first.params if all(any(_same(param, other) for other in kind.params) for kind in others)
    )


def _same(one: Param, other: Param) -> bool:
    return (one.key, one.kind, one.choices) == (other.key, other.kind, other.choices)


class SelectionPage(QWidget):
    """The totals of several layers and the form of what they share; where values differ the first one's is shown."""

    def __init__(self, session: Session, node_ids: Sequence[str]) -> None:
        super().__init__()
        self._session, self.node_ids = session, list(node_ids)
        nodes = [session.graph.node(node_id) for node_id in node_ids]
        kinds = [kind for node in nodes if (kind := kind_of(node)) is not None]
        shared = shared_params(kinds) if len(kinds) == len(nodes) else ()
        self._numbers = TextLabel("", "mono", wrap=True, selectable=True)
        self._differing = TextLabel("", tone="muted", wrap=True)
        self._shared = shared
        self._form = ParamForm(session, nodes, kinds[0], shared) if shared else None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(TitleLabel(f"{len(nodes)} layers"))
        column.addWidget(TextLabel(_summary(nodes), tone="muted", wrap=True))
        column.addWidget(self._numbers)
        column.addWidget(Separator())
        if self._form is not None:
            column.addWidget(SectionHeading("For all of them"))
            column.addWidget(self._form)
            column.addWidget(self._differing)
        else:
            column.addWidget(TextLabel("They have no setting in common.", tone="muted", wrap=True))
        self.learning = LearningSection(session, node_ids)
        column.addWidget(self.learning)
        column.addWidget(TextLabel("Ctrl+G groups them into a block, Ctrl+L tidies them.", tone="muted", wrap=True))
        column.addStretch()
        self.refresh()

    def refresh(self) -> None:
        """Bring the page up to date with the session."""
        graph, analysis = self._session.graph, self._session.analysis
        nodes = [graph.node(node_id) for node_id in self.node_ids if node_id in graph]
        if not nodes:
            return
        reports = [] if analysis is None else [analysis.layers[n.id] for n in nodes if n.id in analysis.layers]
        parameters, steps = sum(r.parameters for r in reports), sum(r.multiply_adds for r in reports)
        self.learning.refresh()
        self._numbers.setText(f"{count(parameters)} parameters\n{million(steps)} multiply-adds")
        if self._form is not None:
            self._form.refresh(nodes[0])
            mixed = [param.title for param in self._shared if len({self._value(n, param) for n in nodes}) > 1]
            self._differing.setText(f"Not the same everywhere yet: {', '.join(mixed)}." if mixed else "")
            self._differing.setVisible(bool(mixed))

    @staticmethod
    def _value(node: Node, param: Param) -> object:
        kind = kind_of(node)
        default = param.default if kind is None else kind.param(param.key).default
        return node.params.get(param.key, default)


def _summary(nodes: Sequence[Node]) -> str:
    """How many of each type: 3 Conv 2D, 2 ReLU."""
    titles = Counter(kind.title if (kind := kind_of(node)) is not None else node.type for node in nodes)
    return ", ".join(f"{number} {title}" for title, number in titles.most_common())
