"""The endpointslice loop: `endpointslice_controller` reconciles a Service, `reconciler` plans its slices, `endpoint` makes them.

What must not live here: Endpoints, which `endpoints` writes. Stands for pkg/controller/endpointslice, staging/endpointslice.
"""
