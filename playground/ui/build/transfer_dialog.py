"""“Use a trained network as base…”: which base, for which data, what stays frozen; one undoable edit in the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.build.transfer_plan import Plan, Request, in_words, plan
from playground.ui.build.transfer_sources import OPEN, Offer, OpenNetwork, of_file, shipped
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.ui.widgets.headings import Separator, TextLabel, TitleLabel
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.engine.transfer import Source

_WORDS = (
    "A network that has learnt to see needs little to learn something new: its layers stay, only its head, made for "
    "other classes, is replaced. Freeze what is good as it is; let the rest learn slowly."
)
_FILE_ENTRY = "A file of your own…"
_DEFAULT_DATA = "clothing"
_LARGEST = 16
_WIDTH, _MARGIN = 560, 22
_WAIT = "Reading the base …"


class TransferDialog(QDialog):
    """Made for a session; `used` says that its document begins with a base now."""

    used = Signal()

    def __init__(self, session: Session, parent: QWidget, base: str = "") -> None:
        """`base` is the key of a network of the zoo that is chosen already."""
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Use a trained network as base")
        self.setFixedWidth(_WIDTH)
        learnt = session.starting_state()
        title = "the open network" if session.path is None else session.path.stem
        self._opened = OpenNetwork(title, session.experiment, dict(learnt))
        self._offers = [*shipped(), *([Offer(OPEN, "The open network")] if learnt and session.graph.nodes else [])]
        self._known: tuple[Offer, Source] | None = None
        self._plan: Plan | None = None
        self._places: list[str] = []
        self._data_keys: list[str] = []
        self._make_fields()
        self._lay_out()
        chosen = next((n for n, offer in enumerate(self._offers) if offer.key == base), 0)
        self.base.setCurrentIndex(chosen)
        self._connect()
        self._show_rows(self._request())
        self._look()

    # ---- putting it together

    def _make_fields(self) -> None:
        self.base = ChoiceField(prose=True)
        self._fill_bases()
        self.network = SegmentedSwitch(("The base, with a new head", "The open network"), "Which network is trained")
        self.data = ChoiceField(prose=True)
        self.cut = ChoiceField(prose=True)
        self.frozen = ChoiceField(prose=True)
        self.rate = DecimalField(0.0, 10.0, 0.1)
        self.enlarge = IntegerField(0, _LARGEST, 0)
        self.enlarge.setSpecialValueText("as suits")
        self.outcome = TextLabel(_WAIT, wrap=True)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.use = QPushButton("Use it")
        self.use.setProperty("primary", True)
        self.use.setDefault(True)
        self.leave = QPushButton("Cancel")
        self.leave.setAutoDefault(False)

    def _lay_out(self) -> None:
        self._rows = {
            "base": FieldRow("Base", self.base, "The network whose weights are taken over.", wide=True),
            "network": FieldRow(
                "Network",
                _to_the_left(self.network),
                "The base itself with a new head; or the open network, whose layers take weights over where ids and "
                "shapes of weights agree.",
                wide=True,
            ),
            "data": FieldRow("To learn", self.data, "The data set for whose classes there is a new head.", wide=True),
            "cut": FieldRow("Cut behind", self.cut, "What comes after it is replaced by the new head.", wide=True),
            "frozen": FieldRow(
                "Frozen", self.frozen, "These layers stay as they are while the rest learns.", wide=True
            ),
            "rate": FieldRow(
                "Rate of the base", self.rate, "With how many times the learning rate the base’s other layers learn."
            ),
            "enlarge": FieldRow("Enlarge pictures", self.enlarge, "How many times higher and wider they become first."),
        }
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 18, _MARGIN, 16)
        column.setSpacing(8)
        column.addWidget(TitleLabel("Learn from what is learnt"))
        column.addWidget(TextLabel(_WORDS, tone="muted", wrap=True))
        column.addWidget(self._rows["base"])
        column.addWidget(self._rows["network"])
        for name in ("data", "cut", "frozen", "rate", "enlarge"):
            column.addWidget(self._rows[name])
        for name in ("base", "network", "data", "cut", "frozen"):
            self._rows[name].label.setFixedWidth(96)
        column.addWidget(Separator())
        column.addWidget(self.outcome)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.use)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.base.activated.connect(self._on_base)
        self.network.currentChanged.connect(lambda _: self._look())
        for field in (self.data, self.cut, self.frozen):
            field.activated.connect(lambda _: self._look())
        self.rate.valueChanged.connect(lambda _: self._look())
        self.enlarge.valueChanged.connect(lambda _: self._look())
        self.use.clicked.connect(self._use)
        self.leave.clicked.connect(self.reject)

    def _fill_bases(self) -> None:
        self.base.clear()
        self.base.addItems([*(offer.title for offer in self._offers), _FILE_ENTRY])

    # ---- choosing

    @property
    def offer(self) -> Offer:
        """The chosen base."""
        return self._offers[min(self.base.currentIndex(), len(self._offers) - 1)]

    def choose_file(self, path: Path) -> None:
        """Take a `.playground` file as the base."""
        self._offers.append(of_file(path))
        self._fill_bases()
        self.base.setCurrentIndex(len(self._offers) - 1)
        self._look()

    def _on_base(self, index: int) -> None:
        if index < len(self._offers):
            self._look()
            return
        name, _ = QFileDialog.getOpenFileName(self, "The base", str(Path.home()), "Playground files (*.playground)")
        if name:
            self.choose_file(Path(name))
        else:
            old = self._plan.request.offer if self._plan is not None else self._offers[0]
            self.base.setCurrentIndex(self._offers.index(old))

    @property
    def _can_keep(self) -> bool:
        """Whether the open network could take weights over, in place of the base's."""
        return bool(self._session.graph.nodes) and self.offer.key != OPEN

    def _request(self) -> Request:
        data = self._data_keys[self.data.currentIndex()] if self._data_keys else _DEFAULT_DATA
        cut = self._places[self.cut.currentIndex()] if self.cut.currentIndex() >= 0 and self._places else ""
        frozen = "all"
        if self.frozen.currentIndex() > 0:
            frozen = ("all", "none", *self._places)[self.frozen.currentIndex()]
        keeps = self.network.current == 1 and self._can_keep
        return Request(self.offer, keeps, data, cut, frozen, self.rate.value(), self.enlarge.value())

    # ---- looking what comes of it

    def _look(self) -> None:
        """Think the present choice through, off the GUI thread."""
        self._rows["network"].setVisible(self._can_keep)
        request, opened = self._request(), self._opened
        if self._plan is None or self._plan.request.offer != request.offer:
            self.use.setEnabled(False)
            self.outcome.set_tone("muted")
            self.outcome.setText(_WAIT)
        known = self._known[1] if self._known is not None and self._known[0] == request.offer else None
        self._session.background.run("transfer", lambda: plan(request, opened, known), while_alive(self, self._on_plan))

    def _on_plan(self, found: Plan) -> None:
        if found.request != self._request():
            return
        is_new = self._plan is None or self._key_of(self._plan.request) != self._key_of(found.request)
        self._plan = found
        if found.source is not None:
            self._known = (found.request.offer, found.source)
        if is_new:
            self._offer_places(found)
            if self._request() != found.request:
                self._look()
                return
        self._say(found)
        self._show_rows(found.request)

    def _say(self, found: Plan) -> None:
        self.use.setEnabled(found.transfer is not None)
        if found.transfer is None:
            self.outcome.set_tone("danger")
            self.outcome.setText(found.problem)
            return
        errors = found.transfer.analysis.errors
        title = found.source.title if found.source is not None else ""
        self.outcome.set_tone("danger" if errors else "text")
        self.outcome.setText(errors[0].message if errors else in_words(found.transfer, title))
        self.use.setEnabled(not errors)
        if found.transfer.enlarge > 1 and not self.enlarge.value():
            self.enlarge.setSpecialValueText(f"× {found.transfer.enlarge}")
        elif not self.enlarge.value():
            self.enlarge.setSpecialValueText("not")

    @staticmethod
    def _key_of(request: Request) -> tuple[Offer, bool]:
        """What decides which places there are."""
        return request.offer, request.keeps_network

    def _offer_places(self, found: Plan) -> None:
        """Fill the lists for another base."""
        self._places = [key for key, _ in found.places]
        titles = [title for _, title in found.places]
        keys = [key for key, _ in found.data_sets]
        wanted = found.request.data if found.request.data in keys else (keys[0] if keys else "")
        self._data_keys = keys
        for field, items in (
            (self.data, [title for _, title in found.data_sets]),
            (self.cut, titles),
            (self.frozen, ["The whole base", "Nothing", *(f"Up to {title}" for title in titles)]),
        ):
            field.clear()
            field.addItems(items)
        self.data.setCurrentIndex(keys.index(wanted) if wanted else -1)
        self.cut.setCurrentIndex(self._places.index(found.suggested) if found.suggested in self._places else -1)
        self.frozen.setCurrentIndex(1 if found.request.keeps_network else 0)

    def _show_rows(self, request: Request) -> None:
        for name in ("data", "cut", "enlarge"):
            self._rows[name].setVisible(not request.keeps_network)
        self._rows["rate"].setVisible(request.frozen != "all")
        self.outcome.setMinimumHeight(0)
        self.outcome.setFixedHeight(self.outcome.heightForWidth(_WIDTH - 2 * _MARGIN))
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(_WIDTH))

    # ---- doing it

    def _use(self) -> None:
        """The edit; undo brings everything back as it was."""
        if self._plan is None or self._plan.transfer is None or self._plan.source is None:
            return
        transfer, title = self._plan.transfer, self._plan.source.title
        self._session.bases.start_from(f"Use {title} as base", transfer.experiment, transfer.tensors)
        self.accept()
        self.used.emit()
        taken = len(transfer.taken)
        layers = "1 layer begins" if taken == 1 else f"{taken} layers begin"
        self._session.message.emit("info", f"{layers} with what {title} has learnt. Play in Train teaches the rest.")


def _to_the_left(widget: QWidget) -> QWidget:
    """The widget at its own width, the room that is left behind it."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return holder
