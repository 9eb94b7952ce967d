"""How any object behaves, whatever its kind: metadata, labels, fields, quantities, patches, tables, Status errors.

Pure functions and plain data; no I/O, no clock, no knowledge of a single kind. Stands for
staging/src/k8s.io/apimachinery (and structured-merge-diff for `patch.apply`).
"""
