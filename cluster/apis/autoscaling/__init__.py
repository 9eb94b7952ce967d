"""Kinds of autoscaling/v1."""
