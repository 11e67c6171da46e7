"""What can be done on the read side, one use case each, in the transaction that it is given."""
