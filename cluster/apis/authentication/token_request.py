"""TokenRequest: a token for a service account, POSTed to the account's `token` door and never stored.

Models: pkg/registry/core/serviceaccount/storage/token.go v1.37
"""

from __future__ import annotations

from cluster.apis.registry import Subresource

DOOR = Subresource("token", ("create",), kind="TokenRequest", group="authentication.k8s.io", version="v1")
