"""One module a kind: what `kubectl describe` tells of it. Models: staging/src/k8s.io/kubectl/pkg/describe"""
