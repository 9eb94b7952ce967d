"""WebSockets: filter, coalesce, send; no decisions."""
