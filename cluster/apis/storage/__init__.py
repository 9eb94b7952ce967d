"""storage.k8s.io: classes and drivers of volumes."""
