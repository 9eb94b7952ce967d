"""PodSecurity: the pod security standards. Stands for staging/src/k8s.io/pod-security-admission."""
