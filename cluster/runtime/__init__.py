"""The container runtime: sandboxes, images and containers behind CRI's verbs.

`simulated` is the default; a real engine would answer the same verbs. What must not live here: pods' meaning, restart
policy, Kubernetes objects. Stands for containerd and staging/src/k8s.io/cri-api.
"""
