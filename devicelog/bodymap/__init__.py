"""Where on the body: the coded zones, what excludes them, and the drawings that show them. Pure; docs/zones.md."""
