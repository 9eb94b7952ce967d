"""The statefulset loop: `stateful_set` reconciles, `stateful_set_control` takes the next step, `identity` names what is made.

What must not live here: revisions, which `history` keeps. Stands for pkg/controller/statefulset.
"""
