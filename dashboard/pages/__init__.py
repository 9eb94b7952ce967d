"""The pages: each asks a presenter and renders."""
