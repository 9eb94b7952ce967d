"""Images on the node: pulled when policy and back-off say so, listed in the node's status.

Models: pkg/kubelet/images/image_manager.go v1.37
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.apimachinery.meta import Obj
from cluster.apis.core import image_reference
from cluster.client.events import NORMAL, WARNING
from cluster.kubelet.node_status import MOST_IMAGES
from cluster.kubelet.pod_status import Run
from cluster.kubelet.runtime_service import RuntimeRefused

if TYPE_CHECKING:
    from cluster.kubelet.kubelet import Kubelet

FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 10.0, 300.0
SYNC_SECONDS = 1.0
"""How soon a pod is looked at again after a failed pull: upstream's PLEG then sees its new sandbox."""
INVALID_NAME, NEVER_PULL = "InvalidImageName", "ErrImageNeverPull"
PULL_FAILED, BACK_OFF = "ErrImagePull", "ImagePullBackOff"


class ImageManager:
    """The images of one node, and the pulls that failed."""

    def __init__(self, kubelet: Kubelet) -> None:
        self.kubelet = kubelet
        self.present: dict[str, int] = {}

    def listed(self) -> list[Obj]:
        """For the node's status: the largest first."""
        found = sorted(self.present.items(), key=lambda each: (-each[1], each[0]))[:MOST_IMAGES]
        return [{"names": [name], "sizeBytes": size} for name, size in found]

    async def recall(self) -> None:
        """What the runtime has already."""
        for each in (await self.kubelet.runtime.call("ListImages"))["images"]:
            for tag in each["repoTags"]:
                self.present[tag] = each["size"]

    async def ensure(self, pod: Obj, container: Obj, run: Run) -> float | None:
        """Bring the container's image here. None when it is; else when to look again, and `run` says what it waits for.

        1 a name that is none · 2 policy and presence · 3 back-off · 4 pull.
        """
        image, policy = container["image"], container.get("imagePullPolicy", "IfNotPresent")
        if refusal := image_reference.malformed(image):
            message = f"couldn't parse image name {_quoted(image)}: {refusal}"
            text = f"Failed to apply default image tag {_quoted(image)}: {message}"
            return self._wait(pod, run, INVALID_NAME, text, event="InspectFailed")
        present = image_reference.full_name(image) in self.present
        if policy == "Never" and not present:
            text = f"Container image {_quoted(image)} is not present with pull policy of Never"
            return self._wait(pod, run, NEVER_PULL, text, event=NEVER_PULL)
        if present and policy != "Always":
            text = f"Container image {_quoted(image)} already present on machine and can be accessed by the pod"
            self._tell(pod, NORMAL, "Pulled", text)
            return None
        if self.kubelet.clock.now() < run.retry_at and run.pulls:
            return self._back_off(pod, image, run)
        return await self._pull(pod, image, run)

    async def _pull(self, pod: Obj, image: str, run: Run) -> float | None:
        self._tell(pod, NORMAL, "Pulling", f"Pulling image {_quoted(image)}")
        metadata = pod["metadata"]
        identity = {name: metadata[name] for name in ("name", "namespace", "uid")}
        since = self.kubelet.clock.now()
        try:
            body = {"image": {"image": image}, "sandboxConfig": {"metadata": identity}}
            size = (await self.kubelet.runtime.call("PullImage", body)).get("sizeBytes", 0)
        except RuntimeRefused as refused:
            return self._failed(pod, image, run, str(refused))
        self.present[image_reference.full_name(image)], run.pulls = size, 0
        took = f"{int((self.kubelet.clock.now() - since) * 1000)}ms"
        text = f"Successfully pulled image {_quoted(image)} in {took} ({took} including waiting). Image size: {size} bytes."
        self._tell(pod, NORMAL, "Pulled", text)
        return None

    def _failed(self, pod: Obj, image: str, run: Run, message: str) -> float:
        now = self.kubelet.clock.now()
        run.pulls += 1
        run.retry_at = now + min(FIRST_BACKOFF_SECONDS * 2 ** (run.pulls - 1), LONGEST_BACKOFF_SECONDS)
        self._tell(pod, WARNING, "Failed", f"Failed to pull image {_quoted(image)}: {message}")
        self._tell(pod, WARNING, "Failed", f"Error: {PULL_FAILED}")
        run.waiting, run.message = PULL_FAILED, message
        return now + SYNC_SECONDS

    def _back_off(self, pod: Obj, image: str, run: Run) -> float:
        text = f"Back-off pulling image {_quoted(image)}"
        if run.waiting == PULL_FAILED:
            self._tell(pod, NORMAL, "BackOff", text)
            self._tell(pod, WARNING, "Failed", f"Error: {BACK_OFF}")
            run.waiting, run.message = BACK_OFF, f"{text}: {PULL_FAILED}: {run.message}"
        return run.retry_at

    def _wait(self, pod: Obj, run: Run, reason: str, message: str, *, event: str) -> float:
        if run.waiting != reason:
            self._tell(pod, WARNING, event, message)
            self._tell(pod, WARNING, "Failed", f"Error: {reason}")
        run.waiting, run.message = reason, message
        return self.kubelet.clock.now() + FIRST_BACKOFF_SECONDS

    def _tell(self, pod: Obj, type: str, reason: str, message: str) -> None:
        self.kubelet.events.event(pod, type, reason, message)


def _quoted(image: str) -> str:
    return f'"{image}"'
