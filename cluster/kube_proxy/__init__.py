"""kube-proxy: turns Services and EndpointSlices into its node's rule table. Stands for pkg/proxy."""
