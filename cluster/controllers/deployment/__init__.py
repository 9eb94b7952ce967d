"""The deployment loop, a module a noun as upstream's files: `deployment_controller` reconciles, `sync` keeps the ReplicaSets,
`rolling` and `recreate` are the two strategies, `progress` tells the status, `deployment_util` reckons.

What must not live here: pods; the replicaset loop makes those. Stands for pkg/controller/deployment.
"""
