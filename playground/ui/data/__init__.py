"""Getting data into the playground: own files, and data sets to download."""
