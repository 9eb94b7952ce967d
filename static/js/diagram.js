// The live diagram: boxes from the snapshot, tokens only for hops that the wire told of.
import { draw, place, rooms } from "./layout.js";

const board = document.querySelector(".board");
const slug = board.dataset.slug;
const svg = document.getElementById("diagram");
const live = document.getElementById("live");
const clock = document.getElementById("clock");
const announce = document.getElementById("announce");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const state = { pods: new Map(), nodes: new Map(), components: {}, waiting: {} };
let drawnNodes = "";
let refreshDue = 0;

function apply(frame) {
  if (frame.snapshot) { state.pods.clear(); state.nodes.clear(); }
  for (const [key, kind, name, namespace, where, phase, uid] of frame.set) {
    (kind === "Pod" ? state.pods : state.nodes).set(key, { key, name, namespace, where, phase, uid });
  }
  for (const key of frame.gone) { state.pods.delete(key); state.nodes.delete(key); }
  if (frame.components) { state.components = frame.components; state.waiting = frame.waiting; showTime(frame.time); }
  const names = [...state.nodes.keys()].sort().join();
  if (frame.snapshot || names !== drawnNodes) { drawnNodes = names; rooms(svg, state); }
  if (frame.set.length || frame.gone.length || frame.components) draw(svg, state);
  for (const [, source, target, label] of frame.hops) travel(source, target, label);
  if (frame.set.length || frame.gone.length || frame.hops.length) refreshSoon();
}

function showTime(seconds) {
  clock.textContent = `${new Date(seconds * 1000).toISOString().slice(11, 19)} cluster time`;
}

// The panels are read again from the server, at most twice a second.
function refreshSoon() {
  if (refreshDue) return;
  refreshDue = setTimeout(() => {
    refreshDue = 0;
    for (const id of ["story", "wire"]) htmx.trigger(`#${id}`, "refresh");
  }, 500);
}

function travel(source, target, label) {
  if (calm.matches || document.hidden) return;
  const from = place(svg, source);
  const to = place(svg, target);
  if (!from || !to || svg.querySelectorAll(".traveller").length > 40) return;
  const group = document.createElementNS(svg.namespaceURI, "g");
  group.setAttribute("class", "traveller");
  const width = Math.min(label.length, 34) * 6.2 + 14;
  group.innerHTML = `<rect class="plate" x="10" y="-9" rx="9" width="${width}" height="18"></rect><text class="label" x="17" y="4"></text><circle class="token ${from.colour}" r="6"></circle>`;
  group.querySelector("text").textContent = label.slice(0, 34);
  svg.append(group);
  const began = performance.now();
  const step = (now) => {
    const part = Math.min(1, (now - began) / 700);
    const eased = part * part * (3 - 2 * part);
    const lift = source === target ? -34 * Math.sin(Math.PI * part) : 0;
    group.setAttribute("transform", `translate(${from.x + (to.x - from.x) * eased} ${from.y + (to.y - from.y) * eased + lift})`);
    if (part < 1) requestAnimationFrame(step); else group.remove();
  };
  requestAnimationFrame(step);
}

function connect(delay) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/c/${slug}/`);
  socket.onopen = () => { live.textContent = "live"; live.classList.remove("off"); };
  socket.onmessage = (event) => { apply(JSON.parse(event.data)); delay = 250; };
  socket.onclose = () => {
    live.textContent = "reconnecting"; live.classList.add("off");
    setTimeout(() => connect(Math.min(delay * 2, 5000)), delay);
  };
}

svg.addEventListener("click", (event) => toggle(event.target.closest(".switch")));
svg.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(event.target.closest(".switch")); }
});

async function toggle(power) {
  if (!power) return;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  await fetch(`/c/${slug}/power/${power.dataset.id}/`, { method: "POST", headers: { "X-CSRFToken": token } });
  announce.textContent = `${power.dataset.id} switched`;
}

let told = "";
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "story") return;
  const done = event.target.querySelectorAll(".steps .done");
  const last = done.length ? done[done.length - 1] : null;
  const text = last ? `Step ${last.querySelector(".number").textContent}: ${last.querySelector("p:nth-of-type(2)").textContent}` : "";
  if (text && text !== told) { told = text; announce.textContent = text; }
});

document.getElementById("theme").addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
});

connect(250);
