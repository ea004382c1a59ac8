"""Writes the package with which a driver author begins; the template is such a package itself."""
