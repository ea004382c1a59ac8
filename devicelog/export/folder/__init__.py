"""The folder of one export: its files, README.txt, and the signed list of them."""
