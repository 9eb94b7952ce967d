"""One-time login links; only a hash of the token is kept."""

from django.db import models


class LoginLink(models.Model):
    """A link that signs its holder in once. `expires` is seconds since the epoch."""

    digest = models.CharField(max_length=64, unique=True)
    expires = models.FloatField()

    def __str__(self) -> str:
        return f"login link {self.digest[:8]}"
