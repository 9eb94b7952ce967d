"""The scheduler: gives every pod a node. Queue, cycle (filter, score, bind) and plugins on a small interface.

What must not live here: what happens on the node. Stands for pkg/scheduler.
"""
