"""The project: wires the rooms together, decides nothing."""
