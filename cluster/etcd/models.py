"""The store's tables: an append-only log of revisions, the current row of each key, leases, and one row a keyspace."""

from __future__ import annotations

from django.db import models

__all__ = ["CurrentKey", "Keyspace", "Lease", "Revision"]


class Keyspace(models.Model):
    """One cluster's keys. `revision` is the newest committed, `compacted` the oldest that may still be read."""

    name = models.CharField(max_length=63, primary_key=True)
    revision = models.BigIntegerField(default=0)
    compacted = models.BigIntegerField(default=0)

    class Meta:
        app_label = "cluster"

    def __str__(self) -> str:
        return f"{self.name} at revision {self.revision}"


class Revision(models.Model):
    """One write. `value` is NULL for a deletion. `time` is cluster time in seconds."""

    keyspace = models.CharField(max_length=63)
    revision = models.BigIntegerField()
    sub = models.IntegerField(default=0)
    key = models.TextField()
    value = models.BinaryField(null=True)
    create_revision = models.BigIntegerField()
    version = models.BigIntegerField()
    lease = models.BigIntegerField(default=0)
    hop = models.BigIntegerField(default=0)
    component = models.CharField(max_length=255)
    user = models.CharField(max_length=255)
    time = models.FloatField()

    class Meta:
        app_label = "cluster"
        constraints = [models.UniqueConstraint(fields=["keyspace", "revision", "sub"], name="one_row_a_revision")]
        indexes = [models.Index(fields=["keyspace", "key", "revision"], name="history_of_a_key")]

    def __str__(self) -> str:
        return f"{self.keyspace} {self.revision} {self.key}"


class CurrentKey(models.Model):
    """The newest row of a key that exists."""

    keyspace = models.CharField(max_length=63)
    key = models.TextField()
    value = models.BinaryField()
    create_revision = models.BigIntegerField()
    mod_revision = models.BigIntegerField()
    version = models.BigIntegerField()
    lease = models.BigIntegerField(default=0)
    hop = models.BigIntegerField(default=0)

    class Meta:
        app_label = "cluster"
        constraints = [models.UniqueConstraint(fields=["keyspace", "key"], name="one_row_a_key")]

    def __str__(self) -> str:
        return f"{self.keyspace} {self.key}"


class Lease(models.Model):
    """A lease: keys attached to it go when it expires. `expires` is cluster time in seconds."""

    keyspace = models.CharField(max_length=63)
    lease = models.BigIntegerField()
    ttl_seconds = models.BigIntegerField()
    expires = models.FloatField()

    class Meta:
        app_label = "cluster"
        constraints = [models.UniqueConstraint(fields=["keyspace", "lease"], name="one_row_a_lease")]

    def __str__(self) -> str:
        return f"{self.keyspace} lease {self.lease}"
