"""What a network is: immutable graphs, pure edits, the undoable document, files. No torch, no Qt."""
