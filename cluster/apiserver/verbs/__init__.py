"""One module a verb: recognise, do, answer; what is not supported is refused by name."""
