"""What the fourteen steps are, and reading them from hops."""
