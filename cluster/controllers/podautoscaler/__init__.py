"""The horizontalpodautoscaling loop: `horizontal` reconciles, `metrics` asks for usage, `replica_calculator` and `behavior`
reckon.

Stands for pkg/controller/podautoscaler.
"""
