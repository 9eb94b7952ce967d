"""The kubelet: makes the pods bound to its node run, and tells the API server how they are.

It knows its container runtime by CRI's verbs on the wire only. Stands for pkg/kubelet.
"""
