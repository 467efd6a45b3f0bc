"""The commands of the menu Edit."""

from .command import Command, computed, marked, opened, pointed, sections, selected

EDIT: tuple[Command, ...] = sections(
    (
        Command(
            "undo", "Edit", "Undo", ("Ctrl+Z",), lambda w: w.inspection.history.stack.undo(),
            can=lambda w: w.inspection.history.stack.canUndo(),
        ),
        Command(
            "redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda w: w.inspection.history.stack.redo(),
            can=lambda w: w.inspection.history.stack.canRedo(),
        ),
    ),
    (
        Command(
            "copy_value", "Edit", "Copy value", ("C",), lambda w: w.links.panel.readout.copy_value(), icon="copy",
            can=pointed,
        ),
        Command(
            "copy_place", "Edit", "Copy coordinates", ("Shift+C",), lambda w: w.links.panel.readout.copy_coordinates(),
            icon="place", can=pointed,
        ),
        Command(
            "copy_frame", "Edit", "Copy this {step} as text", ("Ctrl+Shift+F",), lambda w: w.exports.copy_frame(),
            can=computed,
        ),
        Command(
            "pin", "Edit", "Pin the value under the pointer", ("P",), lambda w: w.links.panel.readout.pin_current(),
            icon="pin", can=pointed,
        ),
    ),
    (
        Command("add_marker", "Edit", "Add marker", ("M",), lambda w: w.marks.add(), can=opened),
        Command(
            "remove_marker", "Edit", "Remove the markers of this {step}", ("Shift+M",),
            lambda w: w.marks.remove_here(), can=marked,
        ),
    ),
    (
        Command("measure", "Edit", "Measure from here", ("K",), lambda w: w.measuring.mark(), can=opened),
        Command("end_measuring", "Edit", "End measuring", ("Shift+K",), lambda w: w.measuring.clear()),
        Command(
            "add_region", "Edit", "Mark the selection", ("Ctrl+Shift+M",), lambda w: w.marks.add_region(), can=selected
        ),
        Command("import_markers", "Edit", "Import markers …", (), lambda w: w.marks.ask_import(), can=opened),
        Command("export_markers", "Edit", "Export markers …", (), lambda w: w.marks.ask_export(), can=marked),
    ),
)  # fmt: skip
