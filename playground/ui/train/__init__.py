"""Train mode: how the network learns, and when it stops learning anything true."""
