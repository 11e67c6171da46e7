"""Notifications: alerts, and clients who wait for a person, are told in the app, by mail and by webhook, as each person
wants it.

    preferences  by which channel, from which severity on, when not: the rules
    notice       what there is to tell, in facts
    wording      what a notification says, in English and (`romanian`) Romanian
    intake       events become notifications and dispatches, in the transaction of the event
    delivering   the job that sends what is due, tries again, and gives up
    webhook      signing, and refusing addresses that are nobody else's business
    store, api   the only SQL, and the routes

A dispatch is sent at least once; its notification's id comes along, so that a receiver can tell a repetition.
"""
