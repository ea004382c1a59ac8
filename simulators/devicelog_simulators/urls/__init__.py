"""The package in which pyserial finds `sim://` (entry-point group `devicelog.url_handlers`)."""
