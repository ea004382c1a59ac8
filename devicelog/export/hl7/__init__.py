"""HL7 version 2.6: the PDF as a document message, and what was measured as an observation message."""
