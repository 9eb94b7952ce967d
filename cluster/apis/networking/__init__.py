"""networking.k8s.io: Ingress, NetworkPolicy, and the addresses of Services."""
