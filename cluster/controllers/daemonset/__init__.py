"""The daemonset loop: `daemon_controller` reconciles, `node_fit` says which nodes, `update` which pods to replace.

What must not live here: revisions, which `history` keeps. Stands for pkg/controller/daemon.
"""
