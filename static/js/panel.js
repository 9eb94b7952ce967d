// The panel beside the diagram: tabs, what each shows, and reading it anew when something happened.
import { again } from "./again.js";

const TABS = [...document.querySelectorAll(".tabs [role=tab]")].map((tab) => tab.getAttribute("aria-controls"));
const PAUSE_MS = { story: 300, wire: 1000, object: 1000 };
const last = {};
// What each tab shows, as the query of its address; the page's own address ends in it, so that it can be shared.
const shown = { story: "", wire: "", object: "" };
const state = { hop: "", live: true };
const announce = document.getElementById("announce");
let base = "";
let onStory = () => {};
let told = "";

export function open(slug, storyChanged) {
  base = `/c/${slug}`;
  onStory = storyChanged;
  for (const name of TABS) {
    const tab = document.getElementById(`tab-${name}`);
    tab.addEventListener("click", () => choose(name));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length]; choose(next); document.getElementById(`tab-${next}`).focus(); }
    });
  }
  document.querySelector(".panel").addEventListener("click", pressed);
  document.body.addEventListener("htmx:beforeSwap", keep);
  document.body.addEventListener("htmx:afterSwap", swapped);
  document.body.addEventListener("follow", (event) => follow(event.detail.uid ? `pod=${event.detail.uid}` : ""));
  document.body.addEventListener("made", (event) => show(event.detail.id));
  document.body.addEventListener("refused", () => follow(""));
  const [, name, query] = /^#(\w+)\?(.*)$/.exec(location.hash) ?? [];
  if (name === "hop" && /^\d+$/.test(query)) showHop(query);
  else if (TABS.includes(name)) { shown[name] = query; choose(name); }
  refresh("story", 0);
}

export function choose(name) {
  for (const each of TABS) {
    const tab = document.getElementById(`tab-${each}`);
    tab.setAttribute("aria-selected", String(each === name));
    tab.tabIndex = each === name ? 0 : -1;
    document.getElementById(each).hidden = each !== name;
  }
  addressed(name);
  if (name !== "object" || shown.object) refresh(name, 0);
}

// Shows a component or an object: its id, or the whole query of the Object panel.
// What was shown before goes at once: its buttons must not be pressed in the belief that they are the new one's.
export function show(id, query = new URLSearchParams({ id }).toString()) {
  if (query !== shown.object) {
    const waiting = Object.assign(document.createElement("p"), { className: "note", textContent: "Reading …" });
    document.getElementById("object").replaceChildren(waiting);
    shown.object = query;
    last.object = "";
  }
  state.live = true;
  choose("object");
}

export function follow(query) {
  shown.story = query;
  choose("story");
}

export function isShown(name) {
  return !document.getElementById(name).hidden && !document.hidden;
}

// Reads a part again, soon.
export const refresh = again(PAUSE_MS, async (name) => {
  const url = name === "story" || isShown(name) ? address(name) : "";
  if (url) await read(name, url);
});

// Each part is read by its tab, so that parts do not wait for each other and a newer reading takes the place of an older.
function read(name, url) {
  return htmx.ajax("GET", url, { source: `#tab-${name}`, target: `#${name}`, swap: "innerHTML" }).catch(() => {});
}

function address(name) {
  if (name === "wire" && document.activeElement?.matches("#wire input, #wire select")) return ""; // somebody chooses
  if ((name === "object" && !(shown.object && state.live)) || (name === "wire" && state.hop)) return "";
  return `${base}/${name}/?${shown[name]}`;
}

function addressed(name) {
  const part = name === "wire" && state.hop ? `hop?${state.hop}` : `${name}?${shown[name]}`;
  if (name !== "story" || shown.story || location.hash) history.replaceState(null, "", `#${part}`);
}

function pressed(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { follow: how, hop, uid, wire, show: query, sheet } = button.dataset;
  if (how) follow({ newest: "", hop: `hop=${hop}`, pod: `pod=${uid}` }[how]);
  else if (hop) showHop(hop);
  else if (query) show("", query);
  else if (wire !== undefined) { shown.wire = wireQuery(wire); state.hop = ""; choose("wire"); }
  else if ("wireBack" in button.dataset) { state.hop = ""; choose("wire"); }
  else if (sheet) import("./sheet.js").then(({ open }) => open(`${base}/${sheet}/?${chartQuery()}`));
  else if (button.dataset.rewind) document.body.dispatchEvent(new CustomEvent("rewind", { detail: Number(button.dataset.rewind) }));
  else if (button.dataset.line) toLine(Number(button.dataset.line));
  else if ("copy" in button.dataset) copy(button);
}

function wireQuery(wire) {
  if (wire === "pod") return new URLSearchParams({ pod: document.querySelector(".story")?.dataset.uid ?? "" }).toString();
  return wire ? new URLSearchParams({ component: wire }).toString() : "";
}

// The journey whose messages are listed, else the one that the story tells.
function chartQuery() {
  const uid = new URLSearchParams(shown.wire).get("pod");
  return uid ? `pod=${uid}` : `hop=${document.querySelector(".story")?.dataset.hop ?? ""}`;
}

// Marks a line of the editor: where a fault stands.
function toLine(line) {
  const text = document.getElementById("edit-text");
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  text.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(text).lineHeight));
}

async function copy(button) {
  await navigator.clipboard.writeText(button.parentNode.nextElementSibling.textContent);
  announce.textContent = "Copied";
}

export async function showHop(hop) {
  state.hop = hop;
  choose("wire");
  await read("wire", `${base}/hop/${hop}/`);
  document.getElementById("wire").scrollTop = 0;
}

// --- around a swap ---------------------------------------------------------------------------------------------------

let focus = "";
let opened = [];

// The same text again is not swapped in; focus and opened details survive a swap.
function keep(event) {
  const { target, serverResponse } = event.detail;
  if (!TABS.includes(target.id)) return;
  const { status } = event.detail.xhr;
  if (status === 404 || status >= 500) { event.detail.shouldSwap = true; event.detail.serverResponse = `<p class="note">${status === 404 ? "It is no longer kept." : `It could not be read: the server answered ${status}.`}</p>`; }
  if (target.id === "object" && isOfAnother(serverResponse)) { event.detail.shouldSwap = false; return; }
  if (last[target.id] === event.detail.serverResponse && target.children.length) { event.detail.shouldSwap = false; return; }
  last[target.id] = event.detail.serverResponse;
  focus = target.contains(document.activeElement) ? mark(document.activeElement) : "";
  opened = [...target.querySelectorAll("details[open] > summary")].map(nameOf);
}

// An answer that comes after something else was chosen.
function isOfAnother(html) {
  const thing = new DOMParser().parseFromString(html, "text/html").querySelector(".thing");
  return Boolean(thing) && thing.dataset.id !== new URLSearchParams(shown.object).get("id");
}

// A details is known again by what its summary begins with: what follows may change.
function nameOf(summary) {
  return summary.dataset.name ?? summary.querySelector("bdi")?.textContent ?? summary.textContent;
}

function mark(element) {
  for (const name of ["aria-label", "hx-post", "data-follow", "data-hop", "data-wire", "data-show", "data-rewind"]) {
    if (element.hasAttribute(name)) {
      const more = name === "data-follow" ? `[data-hop="${element.dataset.hop ?? ""}"]` : "";
      return `[${name}="${CSS.escape(element.getAttribute(name))}"]${element.dataset.hop ? more : ""}`;
    }
  }
  return "";
}

function swapped(event) {
  const { target } = event.detail;
  if (!TABS.includes(target.id)) return;
  for (const summary of target.querySelectorAll("details > summary")) if (opened.includes(nameOf(summary))) summary.parentNode.open = true;
  if (focus) target.querySelector(focus)?.focus();
  focus = "";
  const thing = target.querySelector(".thing");
  if (thing) remember(thing);
  const list = target.querySelector(".wire");
  if (list) { shown.wire = list.dataset.query; if (isShown("wire")) addressed("wire"); }
  if (target.id === "story") readStory(target);
}

// What the Object panel shows now; only what is live is read again by itself: a form that is filled in stays.
function remember(thing) {
  const { id, view } = thing.dataset;
  state.live = "live" in thing.dataset;
  if (state.live) shown.object = new URLSearchParams(view ? { id, view } : { id }).toString();
  if (isShown("object")) addressed("object");
}

function readStory(target) {
  const story = target.querySelector(".story");
  const stuck = target.querySelector(".step.stalled, .step.refused");
  const trouble = stuck && { source: stuck.dataset.source, target: stuck.dataset.target, text: story.dataset.waits ? `waits for ${story.dataset.waits}` : `${stuck.dataset.state}: ${stuck.querySelector(".why")?.textContent ?? ""}` };
  onStory(story?.dataset.uid ?? "", trouble);
  const steps = [...target.querySelectorAll(".step.done, .step.now, .step.stalled, .step.refused")];
  const newest = stuck ?? steps.at(-1);
  const text = newest ? `${story.dataset.pod}. ${newest.querySelector(".sentence").textContent.trim()} ${stuck ? trouble.text : ""}` : "";
  if (text && text !== told) { told = text; announce.textContent = text; }
}
