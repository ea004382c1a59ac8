"""One table over many sessions, for analysis: a row for each injection, sample, zone or session, in CSV or Parquet.

session_columns.py   what every row says of its session      reports.py   rows of injections and samples
sums.py              rows of zones and sessions              table.py     the sessions one by one, into a file
csv_file.py parquet_file.py                                  the files
"""
