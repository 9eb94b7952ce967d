"""Keeps what the wire saw: hops and scheduling decisions, in bounded tables.

It listens to a wire, takes as many hops a second as it may, writes them in batches off the event loop, and lets the
oldest go. It never slows the cluster: what exceeds its rate is counted, not queued. What must not live here: what a
hop means (that is `dashboard.journeys`).
"""
