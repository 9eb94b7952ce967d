"""apiextensions.k8s.io: CustomResourceDefinition, and the kinds that come of it."""
