"""Which device is meant, where it is, and whether it is the right one."""
