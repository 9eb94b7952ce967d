"""SelfSubjectRulesReview: what may I do in a namespace? Answered by the API server, never stored."""

from __future__ import annotations

from cluster.apis.authorization import attributes
from cluster.apis.registry import no_faults

KIND = attributes.kind("SelfSubjectRulesReview", "selfsubjectrulesreviews", no_faults)
