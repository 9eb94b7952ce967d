"""Changing an object: JSON patch, merge patch, strategic merge patch, server-side apply. Pure; inputs are never mutated."""
