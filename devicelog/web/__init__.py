"""Pages, live stream and API of the station, over HTTP. Nothing here records: it asks the station and shows records."""
