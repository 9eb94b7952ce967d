"""`kubectl create deployment`. Models: kubectl/pkg/cmd/create/create_deployment.go v1.37"""

from __future__ import annotations

from typing import Any

from cluster.apimachinery import names
from cluster.kubectl import submission
from cluster.kubectl.command import Command
from cluster.kubectl.errors import CommandError
from cluster.kubectl.flags import INT, LIST, Flag
from cluster.kubectl.invocation import Invocation
from cluster.kubectl.resources import Resource

DEPLOYMENTS = Resource("apps", "v1", "deployments", "deployment", "Deployment", True)
FLAGS = (
    *submission.FLAGS,
    Flag("image", LIST, required=True, help="Image names to run"),
    Flag("port", INT, default=-1, help="The port that the first container exposes"),
    Flag("replicas", INT, short="r", default=1, help="Number of replicas to create"),
)


async def run(invocation: Invocation) -> None:
    name, flags = submission.name_argument(invocation), invocation.flags
    command = invocation.arguments[1:]
    if len(flags["image"]) > 1 and command:
        raise CommandError("cannot specify multiple --image options and command")
    containers = [_container(invocation, image, command) for image in flags["image"]]
    if flags["port"] >= 0:
        containers[0]["ports"] = [{"containerPort": flags["port"]}]
    labels = {"app": name}
    obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": flags["replicas"],
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
        "status": {},
    }
    await submission.submit(invocation, DEPLOYMENTS, obj, prefix="failed to create deployment")


def _container(invocation: Invocation, image: str, command: list[str]) -> dict[str, Any]:
    container: dict[str, Any] = {"name": _name(invocation, image), "image": image, "resources": {}}
    if command:
        container["command"] = command
    return container


def _name(invocation: Invocation, image: str) -> str:
    """The image's own name; where it is no container name, made one and made unique."""
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if "." in name or "_" in name:
        return names.generate(name.replace("_", "-").replace(".", "-") + "-", invocation.session.clock.random)
    return name


COMMAND = Command(
    "deployment",
    "kubectl create deployment NAME --image=image -- [COMMAND] [args...] [options]",
    "Create a deployment with the specified name",
    FLAGS,
    run,
)
