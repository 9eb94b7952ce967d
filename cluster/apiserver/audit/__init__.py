"""The audit log: who asked what, and what they were answered, as a policy wants it told. Off without a policy.

Models: apiserver/pkg/{audit,endpoints/filters/audit.go}, plugin/pkg/audit/log v1.37
"""
