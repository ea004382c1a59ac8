"""How fast and how small devicelog is, beside what a user would pick instead; `python -m bench` (docs/bench.md)."""
