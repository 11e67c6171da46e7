"""The write path: batches of readings become readings, usage, counts and alerts in one transaction.

What makes it exact: a batch id is noted in the transaction that counts its readings; a reading is unique by device and
time; usage is added to only from readings that were new; and the transaction holds the leases of the partitions that
it writes, so that nobody else is adding to the same slots.

What makes it fast: columns from the queue to COPY, one MERGE for all slots of a commit, and `recent`, which spares the
questions that in-order readings need not ask.

    commit       the transaction, step by step
    intake       which readings are new
    usage        what they change in the slots
    alerts       which hours pass their limit by it
    fleet        the devices as columns
    recent       what a replica remembers of them
    watched      which of them have rules that are judged whenever their usage changes
    months       the partitions of the readings table
    columns      numpy ↔ COPY
    queries      the SQL
"""
