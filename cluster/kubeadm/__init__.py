"""Builds clusters, joins nodes to them, starts and stops their components. The assembler: the only room that knows every
other. Stands for cmd/kubeadm, the machines a cluster runs on, and their init system.
"""
