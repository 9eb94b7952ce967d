"""What the course teaches, as data: its words, in a sentence each. Pure; knows no cluster."""
