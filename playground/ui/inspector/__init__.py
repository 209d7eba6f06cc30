"""The inspector: everything about the selected layer, and the form that edits it."""
