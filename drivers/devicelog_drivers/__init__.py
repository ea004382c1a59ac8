"""Drivers that come with devicelog, one module a device model; see README.md beside this package."""
