"""Who is asked again about a write: mutating webhooks and policies that want it, once somebody after them changed the object.

The whole chain of what admits is run at most twice; plugins of the server's own are idempotent.
Models: apiserver/pkg/admission/{reinvocation.go,plugin/webhook/mutating/reinvocationcontext.go} v1.37
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.apimachinery.meta import Obj


@dataclass(slots=True)
class Plugin:
    """What one plugin remembers between the two runs."""

    called: set[str] = field(default_factory=set)
    """Those that were asked and want to be asked again."""
    again: set[str] = field(default_factory=set)
    left: bytes = b""
    """The object as the plugin left it."""


@dataclass(slots=True)
class Reinvocation:
    is_second: bool = False
    wanted: bool = False
    plugins: dict[str, Plugin] = field(default_factory=dict)

    def begin(self, plugin: str, now: bytes) -> None:
        """The plugin's turn; what changed since its last is a reason to ask again."""
        mine = self.plugins.setdefault(plugin, Plugin())
        if self.is_second and mine.left != now:
            mine.again |= mine.called

    def skips(self, plugin: str, name: str) -> bool:
        return self.is_second and name not in self.plugins[plugin].again

    def asked(self, plugin: str, name: str, policy: str | None, *, changed: bool) -> None:
        """`name` was asked; `policy` is its reinvocationPolicy."""
        mine = self.plugins[plugin]
        if changed:
            mine.again |= mine.called
            mine.called = set()
            self.wanted = True
        if policy == "IfNeeded":
            mine.called.add(name)

    def end(self, plugin: str, now: bytes) -> None:
        self.plugins[plugin].left = now


def form(obj: Obj) -> bytes:
    """The object in a form that can be kept and compared."""
    import orjson

    return orjson.dumps(obj)
