"""The controller manager and its loops: each watches some kinds and works towards what their specs want.

Loops do not know each other; each has a client of its own identity and can be stopped alone. What must not live here:
what kubelets and the scheduler do. Stands for pkg/controller and cmd/kube-controller-manager.
"""
