"""Device profiles that come with devicelog: templates and examples, each with its vectors beside it.

A template describes no device that there is: it shows how one is described, and is to be copied and changed.
"""
