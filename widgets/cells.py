"""The cells of tables and lists: our words in them are read from left to right, whichever way the window runs."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem


class CellDelegate(QStyledItemDelegate):
    """Writes cells from left to right, at the side where the window has them: ``99.9 %`` would become ``% 99.9``."""

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Keep the side and turn the direction."""
        super().initStyleOption(option, index)
        option.displayAlignment = QStyle.visualAlignment(option.direction, option.displayAlignment)
        option.direction = Qt.LayoutDirection.LeftToRight


def write_rightwards(view: QAbstractItemView) -> None:
    """Have a view write its cells from left to right."""
    view.setItemDelegate(CellDelegate(view))
