"""The palette: every layer type to drag onto the canvas, and the networks that ship."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from playground.layers import LayerType, all_layer_types
from playground.layers.synonyms import search_words
from playground.ui.build.chip import Chip
from playground.ui.build.chip_page import ChipPage
from playground.ui.canvas.own_templates import delete_template, own_templates, shelf
from playground.ui.canvas.pieces import OWN, PRESET, TEMPLATE
from playground.ui.session import Session
from playground.ui.widgets.pill import Pill
from playground.zoo import all_templates


class Palette(QWidget):
    """Tabs "Layers", "Blocks" and "Networks", each with a search field."""

    layer_chosen = Signal(str)
    """The key of a layer type or block: add it without dragging."""
    network_chosen = Signal(str)
    """A zoo network's key: open it."""
    compare_chosen = Signal(str)
    """Compare networks, this one among them if it is not empty."""
    base_chosen = Signal(str)
    """Let the open document begin with what this network of the zoo has learnt."""
    scaling_chosen = Signal()
    """Scale an EfficientNet by hand."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tabs = [Pill(text, role="text", checkable=True) for text in ("Layers", "Blocks", "Networks")]
        self._pages = QStackedWidget()
        self._session = session
        self._layers = _LayerPage()
        self._layers.chosen.connect(self.layer_chosen)
        self._pages.addWidget(self._layers)
        self._shown: dict[int, QWidget] = {0: self._layers}
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 0, 12, 0)
        tabs.setSpacing(6)
        for index, tab in enumerate(self._tabs):
            tab.clicked.connect(lambda _checked=False, page=index: self.show_page(page))
            tabs.addWidget(tab)
        tabs.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(tabs)
        layout.addWidget(self._pages)
        self.show_page(0)

    def show_page(self, page: int) -> None:
        """0: layers, 1: blocks, 2: networks."""
        for index, tab in enumerate(self._tabs):
            tab.setChecked(index == page)
        if page not in self._shown:
            self._shown[page] = self._blocks() if page == 1 else self._networks()
            self._pages.addWidget(self._shown[page])
        self._pages.setCurrentWidget(self._shown[page])

    def _blocks(self) -> QWidget:
        """The second page, which is made when it is first shown: it reads every block's file."""
        page = _BlockPage()
        page.chosen.connect(self.layer_chosen)
        return page

    def _networks(self) -> QWidget:
        """The third page, which is made when it is first shown: it reads every network's file."""
        from playground.ui.build.network_list import NetworkList

        page = NetworkList(self._session)
        page.compare_chosen.connect(self.compare_chosen)
        page.base_chosen.connect(self.base_chosen)
        page.scaling_chosen.connect(self.scaling_chosen)
        page.chosen.connect(self.network_chosen)
        return page

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.show_page(0)
        self._layers.search.setFocus()
        self._layers.search.selectAll()


class _LayerPage(ChipPage):
    """All layer types by category."""

    def __init__(self) -> None:
        super().__init__("layer")
        for category, kinds in groupby(all_layer_types(), key=lambda kind: kind.category):
            self.add_group(category.heading, [chip for kind in kinds for chip in _chips(kind)])


def _chips(kind: LayerType) -> list[Chip]:
    """The chip of a layer type, and those of its presets."""
    colour, words = kind.category.value, search_words(kind)
    presets = [
        Chip(f"{kind.key}{PRESET}{preset.key}", preset.title, preset.explanation, colour, words)
        for preset in kind.presets
    ]
    return [Chip(kind.key, kind.title, kind.explanation, colour, words), *presets]


class _BlockPage(ChipPage):
    """The blocks that ship, by family, and those that the user saved."""

    def __init__(self) -> None:
        super().__init__("block")
        families: dict[str, list[Chip]] = {}
        for found in all_templates():
            key, words = f"{TEMPLATE}{found.key}", f"{found.family} {found.source}"
            families.setdefault(found.family, []).append(
                Chip(key, found.title, f"{found.idea}</p><p>{found.source}", "convolution", words, is_block=True)
            )
        for family, chips in families.items():
            self.add_group(family, chips)
        self._own: QWidget | None = None
        shelf.changed.connect(self._show_own)
        self._show_own()

    def _show_own(self) -> None:
        """The user's own blocks, as they are in their folder now."""
        if self._own is not None:
            self._groups = [group for group in self._groups if group[0] is not self._own]
            self.column.removeWidget(self._own)
            self._own.hide()
            self._own.deleteLater()
            self._own = None
        chips = [
            Chip(f"{OWN}{name}", name, "A block that you saved. Right click to delete it.", "dense", is_block=True)
            for name in own_templates()
        ]
        for chip in chips:
            chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            chip.customContextMenuRequested.connect(lambda place, which=chip: self._offer_deletion(which, place))
        if chips:
            self._own = self.add_group("My blocks", chips)

    def _offer_deletion(self, chip: Chip, place: QPoint) -> None:
        menu = QMenu(self)
        name = chip.key.removeprefix(OWN)
        menu.addAction(f"Delete the saved block “{name}”", lambda: delete_template(name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(chip.mapToGlobal(place))
