"""Fuzzing: any bytes into what reads bytes or files of others; `python -m tests.faults.fuzz TARGET --runs N`.

targets.py   what is fuzzed, and what it begins with        engine.py   coverage-guided (atheris), or by mutation alone
"""
