"""Opening a session, one page a step: what is stated before a port is opened, as the terminal's asking and a plan do.

    /open ─▶ subject ─▶ screening ─▶ consent ─▶ products ─▶ device ─▶ ready ─▶ /live

Each page makes its part of the draft (devicelog.steps.draft), which is kept for its person between pages.
"""
