"""How answers become text: tables, YAML, JSON, names. Models: staging/src/k8s.io/cli-runtime/pkg/printers"""
