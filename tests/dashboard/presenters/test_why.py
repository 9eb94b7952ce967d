"""Messages in plain words."""

from __future__ import annotations

import pytest

from dashboard.presenters import why
from tests.dashboard.journeys.hops import whole


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "kubectl asked to create pods web; the answer was 201."),
        (4, "kube-apiserver wrote /registry/pods/default/web as revision 9."),
        (6, "kube-apiserver told kube-scheduler: there is pods web."),
        (7, "kube-scheduler took it from its queue: web."),
        (10, "kubelet.w asked runtime.w: CreateContainer pods web; the answer was 200."),
    ],
)
def test_a_message_is_a_sentence(number: int, words: str) -> None:
    hop = next(each for each in whole() if each["id"] == number)
    assert why.sentence({**hop, "subject": {**hop["subject"], "subresource": ""}}) == words
