"""Structural schemas: what a CustomResourceDefinition says of its objects, and how an object is read by it.

The schema is the OpenAPI v3 schema as it stands in the definition; nothing here knows of the API server or of etcd.
Models: k8s.io/apiextensions-apiserver/pkg/apiserver/schema v1.37
"""
