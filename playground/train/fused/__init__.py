"""Plain dense networks learnt without torch: hand-derived steps on preallocated arrays."""
