"""flowcontrol.apiserver.k8s.io: whose request waits for whose."""
