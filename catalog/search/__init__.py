"""Search that forgives: what products are found by, how a query is read, and how its answers are ranked."""
