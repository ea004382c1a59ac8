"""The chart of one session: what is on it. How charts are drawn is `devicelog.chart`."""
