"""What can be done in support, one use case each, each in the transaction that it is given."""
