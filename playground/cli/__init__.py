"""The commands that need no window. Each prints its answer and returns an exit code; torch comes only when needed."""
