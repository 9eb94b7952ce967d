"""One module a command: its options and what it does. Models: staging/src/k8s.io/kubectl/pkg/cmd"""
