// The transport bar: how fast messages go and for which pod, next, the cluster's clock, keys.
import { post, say } from "./post.js";

const WORDS = {
  real: "Messages go at once.", slow: "Messages go slowly.", step: "Step by step: each message waits for next.", pause: "Paused: nothing moves.",
};
const KEYS = { 1: "real", 2: "slow", 3: "step" };
const get = (id) => document.getElementById(id);
const paces = [...document.querySelectorAll("[data-pace]")];
const shown = { mode: "real", seconds: 0.8, pod: "" };
let followed = "";
let before = "real";

export function open() {
  for (const button of paces) {
    button.addEventListener("click", () => choose(button.dataset.pace));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = paces[(paces.indexOf(button) + step + paces.length) % paces.length];
      next.focus();
      choose(next.dataset.pace);
    });
  }
  get("step").addEventListener("click", next);
  const slider = get("slow-seconds");
  slider.addEventListener("input", () => { get("slow-output").value = `${slider.value} s`; });
  slider.addEventListener("change", () => choose("slow"));
  get("scope").addEventListener("change", () => choose(shown.mode));
  clock();
  keys();
}

// Which pod the story tells: with the scope "followed" the pace goes with it.
export function follow(pod) {
  if (pod === followed) return;
  followed = pod;
  if (get("scope").value && pod && shown.mode !== "real") choose(shown.mode);
}

async function choose(mode) {
  if (mode !== "pause") before = mode;
  shown.mode = mode;
  const only = get("scope").value;
  if (only && !followed) { say("No pod is followed yet."); get("scope").value = ""; }
  const fault = await post("/pace/", { pace: mode, seconds: get("slow-seconds").value, pod: get("scope").value ? followed : "" });
  if (fault) return;
  mark(mode);
  say(WORDS[mode] + (get("scope").value ? ` Only for ${followed}.` : ""));
}

async function next() {
  if (!get("step").disabled) await post("/held/next/");
}

function mark(mode) {
  for (const button of paces) {
    button.setAttribute("aria-checked", String(button.dataset.pace === mode));
    button.tabIndex = button.dataset.pace === mode ? 0 : -1;
  }
  get("slow-label").hidden = mode !== "slow";
}

// Pace and clock as the server tells them.
export function drawTransport({ transport, held }) {
  get("step").disabled = !held.length;
  if (!transport) return;
  Object.assign(shown, transport);
  mark(transport.mode);
  if (document.activeElement !== get("slow-seconds")) {
    get("slow-seconds").value = transport.seconds;
    get("slow-output").value = `${transport.seconds} s`;
  }
  if (transport.mode !== "real") get("scope").value = transport.pod ? "followed" : "";
  get("clock-holds").checked = transport.holds;
  get("clock-menu").querySelector("summary").classList.toggle("still", transport.held);
  for (const button of document.querySelectorAll("[data-rate]")) button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === transport.rate));
}

// What stands behind the time of day.
export function clockWords({ transport }) {
  if (!transport) return "";
  if (transport.held) return ", held";
  if (transport.jumping) return ", forward";
  return transport.rate === 1 ? "" : `, ×${transport.rate}`;
}

function clock() {
  const menu = get("clock-menu");
  const look = () => { if (menu.open && !document.hidden) htmx.trigger("#timers", "look"); };
  menu.addEventListener("toggle", look);
  setInterval(look, 2000);
  const change = async (wish, words) => {
    const fault = await post("/time/", wish);
    get("clock-fault").hidden = !fault;
    get("clock-fault").textContent = fault;
    if (!fault) say(words);
    look();
  };
  get("clock-holds").addEventListener("change", (event) => change({ holds: event.target.checked }, event.target.checked ? "The clock is held with messages." : "The clock goes on while messages are held."));
  menu.addEventListener("click", (event) => {
    const { rate, forward, nextTimer } = event.target.closest("button")?.dataset ?? {};
    if (rate) change({ rate }, `The clock goes ${rate} times as fast as real time.`);
    if (forward) change({ forward }, `The clock went forward by ${forward} seconds.`);
    if (nextTimer !== undefined) change({ next: "1" }, "The clock went forward to the next timer.");
  });
}

function keys() {
  const on = get("keys-on");
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range],[type=checkbox]), textarea, select, dialog, [contenteditable], [role=tree]")) return;
    if (KEYS[event.key]) choose(KEYS[event.key]);
    else if (event.key === "p" || event.key === "P") choose(shown.mode === "pause" ? before : "pause");
    else if (event.key === "n" || event.key === "N") next();
  });
}
