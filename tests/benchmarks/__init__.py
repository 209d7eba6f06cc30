"""What is measured rather than tested: `python -m tests.benchmarks [NAME …]` prints ratios, and limits beside them."""
