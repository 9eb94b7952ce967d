"""Write docs/images/*.png: the page as it is, of an installation of its own. `make screenshots`."""

import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402  # needs the path above

from tests.installation import Installation, installation  # noqa: E402  # needs the path above

IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SIZES = {
    "light": ("light", 1440, 900),
    "dark": ("dark", 1440, 900),
    "small-screen": ("light", 1280, 720),
    "telephone": ("light", 360, 800),
}


def deployment(name: str, replicas: int) -> dict[str, object]:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"metadata": {"name": name}, "spec": spec}


def furnish(running: Installation) -> None:
    """Some life: a deployment, a pod that crashes, one that cannot be pulled, one that has ended."""
    running.kube("/apis/apps/v1/namespaces/default/deployments", "POST", deployment("front", 14))
    for name, image, policy in (
        ("fails", "crash", "Always"),
        ("lost", "nginx:missing", "Always"),
        ("job", "hello-world", "Never"),
    ):
        spec = {"restartPolicy": policy, "containers": [{"name": "c", "image": image}]}
        running.kube("/api/v1/namespaces/default/pods", "POST", {"metadata": {"name": name}, "spec": spec})
    time.sleep(4)


def create(page: Page, name: str) -> None:
    page.click("#create")
    page.fill("#f-name", name)
    page.click("#pod-form button.main")
    expect(page.locator("#create-dialog")).not_to_be_visible(timeout=20_000)
    expect(page.locator("#story h2")).to_contain_text(name, timeout=20_000)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    browser_path = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))))
    with (
        tempfile.TemporaryDirectory() as folder,
        installation(Path(folder)) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(running.link())
        expect(page.locator("#fleet")).to_contain_text("3 of 3 Ready", timeout=20_000)
        furnish(running)
        page.click("[data-pace=slow]")
        for name, (theme, width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)
            create(page, f"web-{name}")
            expect(page.locator("#story .step[data-step='8'].done")).to_have_count(1, timeout=30_000)
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / f"{name}.png", full_page=name == "telephone")
        page.click("[data-pace=real]")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.click(".switch[data-id='kube-scheduler']")
        create(page, "stalled")
        expect(page.locator(".component[data-id='kube-scheduler'] .badge")).to_have_count(1, timeout=20_000)
        page.screenshot(path=IMAGES / "stalled.png")
        page.click(".switch[data-id='kube-scheduler']")
        expect(page.locator("#story .step.done")).to_have_count(14, timeout=20_000)
        page.locator("#story .step").nth(7).locator(".link").click()
        page.wait_for_timeout(800)
        page.screenshot(path=IMAGES / "message.png")
        browser.close()


if __name__ == "__main__":
    main()
