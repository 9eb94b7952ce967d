"""May they: RBAC with upstream's default roles, and the node authorizer. Stands for plugin/pkg/auth/authorizer."""
