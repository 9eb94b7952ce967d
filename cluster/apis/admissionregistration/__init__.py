"""admissionregistration.k8s.io: webhooks and policies that are asked about writes."""
