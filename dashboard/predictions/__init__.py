"""What may come next, and what people wrongly believe: the questions of predict mode, and how the live hop judges them."""
