"""The functions that Kubernetes adds to CEL: a module a library, each with its `FUNCTIONS`.

A value of a type that CEL does not have (a quantity, an address, a version) is a map that holds its one text.
Models: k8s.io/apiserver/pkg/cel/library v1.37
"""
