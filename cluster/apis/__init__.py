"""What each kind is, as data: one declarative entry a kind (`registry.Kind`), found through `all_kinds.REGISTRY`.

Pure; no I/O. What must not live here: how a request is served (apiserver) and how any object behaves (apimachinery).
Stands for staging/src/k8s.io/api, pkg/apis and pkg/registry/*/strategy.go.
"""
