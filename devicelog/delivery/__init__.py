"""A session's record on its way to others: a folder, a FHIR server, an HL7 listener.

    target.py    where to, as people write it           means.py     certificates, tokens: files, never their content
    version.py   the record as it is to be delivered    payload.py   what is sent of it, and under which ids
    outcome.py   what became of a try                   delay.py     how long until the next one
    folder.py    into a folder                          receipt.py   the entry that says what was taken
    fhir.py      to a FHIR server                       asking.py    what is to be delivered, into the outbox
    mllp.py      to an HL7 listener                     trying.py    one try, written down before and after
    ack.py       its acknowledgements                   running.py   what is due, one after the other

The outbox itself is `devicelog.store.outbox`; docs/delivery.md says what holds.
"""
