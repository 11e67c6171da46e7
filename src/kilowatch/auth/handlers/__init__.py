"""What can be done here, one use case a function, each in the transaction that it is given."""
