"""The coach who offers remedies as twin runs, and the experiments of the lectures."""
