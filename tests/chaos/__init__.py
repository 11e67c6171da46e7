"""Chaos: everything is killed, frozen and cut off at random while meters send; then the books are checked.

`python -m tests.chaos --rounds 200 [--seed 7] [--without batch-ids|acks] [--only replica-is-killed replica-is-frozen]`

    plant      the installation: processes, and the links that can be made to misbehave
    meters     senders that know exactly what they have sent
    mishaps    what goes wrong, one at a time
    watch      how long it takes until every partition is written to again
    observer   what balancers have published, seen from beside
    audit      the books
    replica    a Kilowatch without one of its safeguards, to see that the audit would notice
"""
