"""What can be done with the inventory, one use case each, each in the transaction that it is given."""
