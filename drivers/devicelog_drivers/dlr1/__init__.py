"""DLR1, the devicelog reference wire format (docs/wire-format.md): what its two reference drivers share."""
