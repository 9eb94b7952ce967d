"""Other API servers behind this one: APIServices, who answers for a version of a group, and requests passed on to them.

Models: k8s.io/kube-aggregator v1.37
"""
