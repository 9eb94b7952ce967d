"""The API server: the only reader and writer of etcd, and the only one that components talk to.

A request's road is one list (`pipeline.STAGES`): parse, authenticate, authorize, then a verb or a subresource, which
decodes, defaults, admits, validates and stores. Reads come from the watch cache, which follows etcd. What must not
live here: what a kind is (`cluster.apis`), what happens to objects after they are stored (controllers, kubelets).
Stands for staging/src/k8s.io/apiserver and pkg/kubeapiserver.
"""
