"""Run the benchmarks that are named, or all of them: `python -m tests.benchmarks training_throughput`."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    *("startup", "canvas", "architectures", "kernel_slide", "stepping", "recording"),
    *("training_throughput", "gui_latency", "long_training", "plane_speed"),
)


def main(wanted: list[str]) -> int:
    """Each in a process of its own, so that none warms up another; the exit code is 2 for an unknown name."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    codes = [subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"]).returncode for name in wanted or NAMES]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
