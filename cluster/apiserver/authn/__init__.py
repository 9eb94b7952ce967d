"""Who is asking: client certificates and bearer tokens become users. Stands for pkg/kubeapiserver/authenticator."""
