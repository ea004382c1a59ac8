"""FHIR R4: a document bundle, which is the record, and a transaction bundle for upload."""
