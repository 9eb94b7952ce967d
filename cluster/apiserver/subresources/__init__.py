"""One module a subresource: the doors of an object besides its own."""
