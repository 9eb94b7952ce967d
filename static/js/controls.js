// What a person presses outside the panel: power, pace, held messages, the create dialog, menus.
import { fit } from "./svg.js";

const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "Content-Type": "application/x-www-form-urlencoded" };
const announce = document.getElementById("announce");
let base = "";

export function open(slug) {
  base = `/c/${slug}`;
  paces();
  dialog();
  document.getElementById("step").addEventListener("click", () => release(document.getElementById("step").dataset.hop));
  document.getElementById("held").addEventListener("click", (event) => {
    const { hop, how } = event.target.closest("button")?.dataset ?? {};
    if (hop) release(hop, how);
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

async function post(path, body = {}) {
  const answer = await fetch(base + path, { method: "POST", headers, body: new URLSearchParams(body) });
  if (!answer.ok) announce.textContent = `It could not be done: ${answer.status}`;
  return answer;
}

export async function power(id, running) {
  const answer = await post(`/power/${id}/`, { running: String(running) });
  if (answer.ok) announce.textContent = `${id} is ${running ? "started" : "stopped"}`;
}

async function release(hop, how = "release") {
  if (hop) await post(`/held/${hop}/${how}/`);
}

function paces() {
  const all = [...document.querySelectorAll("[data-pace]")];
  const choose = (button) => { post("/pace/", { pace: button.dataset.pace }); mark(button.dataset.pace); };
  for (const button of all) {
    button.addEventListener("click", () => choose(button));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(all.indexOf(button) + step + all.length) % all.length];
      next.focus();
      choose(next);
    });
  }
}

function mark(pace) {
  for (const button of document.querySelectorAll("[data-pace]")) {
    button.setAttribute("aria-checked", String(button.dataset.pace === pace));
    button.tabIndex = button.dataset.pace === pace ? 0 : -1;
  }
}

// Pace and held messages as the server tells them.
export function drawControls(state) {
  mark(state.step ? "step" : state.pace > 0 ? "slow" : "real");
  const [oldest] = state.held;
  const step = document.getElementById("step");
  step.disabled = !oldest;
  step.dataset.hop = oldest?.[0] ?? "";
  const box = document.getElementById("held");
  box.hidden = !state.held.length;
  box.querySelector("ul").replaceChildren(...state.held.slice(0, 8).map(heldLine));
}

function heldLine([id, source, target, label]) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = `${source} → ${target}: ${fit(label, 60)}`;
  line.append(words);
  for (const how of ["release", "drop"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.hop = id;
    button.dataset.how = how;
    button.textContent = how;
    button.setAttribute("aria-label", `${how} message ${id}`);
    line.append(button);
  }
  return line;
}

function dialog() {
  const box = document.getElementById("create-dialog");
  document.getElementById("create").addEventListener("click", () => { box.showModal(); box.querySelector("input").select(); });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-close]")) box.close();
    const image = event.target.closest("[data-image]")?.dataset.image;
    if (image) box.querySelector("input[name=image]").value = image;
  });
  document.body.addEventListener("follow", () => box.close());
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "pod-form") box.querySelector("[aria-invalid=true]")?.focus();
  });
}
