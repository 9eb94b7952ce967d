// Messages that travel: a token along its edge, the edge's label, held tokens that stand still, and a stalled or
// refused step in red. Only hops that the wire told of are drawn.
import { fit, make, role, setText } from "./svg.js";

const MOST_TOKENS = 40, TRAVEL_MS = 650, LABEL_MS = 1500, LABEL_LETTERS = 34, SAMPLES = 32;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const travelling = new Set();
const labels = new Map();
let running = false;

export function forgetTokens() {
  travelling.clear();
  for (const { timer } of labels.values()) clearTimeout(timer);
  labels.clear();
}

export function travel(scene, frame, pace) {
  if (document.hidden) return;
  for (const [, source, target, label, outcome] of frame.hops ?? []) {
    const way = route(scene, source, target);
    if (!way) continue;
    tell(scene, way, source, label, 1, outcome);
    if (!calm.matches && travelling.size < MOST_TOKENS) send(scene, way, source, pace);
  }
  for (const [source, target, count] of frame.more ?? []) {
    const way = route(scene, source, target);
    if (way) tell(scene, way, source, "messages", count, "");
  }
}

// The edge between two components and the direction along it.
export function route(scene, source, target) {
  const from = standing(scene, source), to = standing(scene, target);
  for (const [key, reverse] of [[`${from}>${to}`, false], [`${to}>${from}`, true]]) {
    const path = scene.layers.paths.get(key);
    if (path) return { key, path, reverse };
  }
  return null;
}

function standing(scene, id) {
  if (scene.plan.boxes.has(id)) return id;
  const [whole, node] = [id.split(".")[0], id.includes(".")];
  if (scene.plan.boxes.has(whole)) return whole;
  if (node) return null;
  const others = scene.svg.querySelector(".component[data-id='others']");
  others.classList.remove("absent");
  setText(others.querySelector(".facts"), fit(id, 16));
  return "others";
}

function send(scene, way, source, pace) {
  const element = make("g", { class: `token ${role(source)}` }, scene.layers.tokens);
  make("circle", { class: "halo", r: 11 }, element);
  make("circle", { r: 6.5 }, element);
  heat(way.path, 1);
  travelling.add({ element, way, began: performance.now(), lasts: pace > 0 ? pace * 900 : TRAVEL_MS });
  if (!running) { running = true; requestAnimationFrame(step); }
}

function step(at) {
  for (const token of travelling) {
    const part = Math.min(1, Math.max(0, (at - token.began) / token.lasts));
    const eased = part * part * (3 - 2 * part);
    const point = along(token.way.path, token.way.reverse ? 1 - eased : eased);
    token.element.setAttribute("transform", `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`);
    if (part === 1) { token.element.remove(); travelling.delete(token); heat(token.way.path, -1); }
  }
  if (travelling.size) requestAnimationFrame(step);
  else running = false;
}

// A point on a path. Asking the browser makes it lay out the page anew, so each path is asked once, for some points.
function along(path, part) {
  path.points ??= sample(path);
  const at = part * SAMPLES, before = Math.min(SAMPLES - 1, Math.floor(at)), rest = at - before;
  const [from, to] = [path.points[before], path.points[before + 1]];
  return { x: from.x + (to.x - from.x) * rest, y: from.y + (to.y - from.y) * rest };
}

function sample(path) {
  const length = path.getTotalLength();
  return Array.from({ length: SAMPLES + 1 }, (_, index) => path.getPointAtLength((length * index) / SAMPLES));
}

// An edge shines while something travels on it.
function heat(path, by) {
  path.heat = (path.heat ?? 0) + by;
  path.classList.toggle("hot", path.heat > 0);
}

function tell(scene, { key, path }, source, text, count, outcome) {
  let known = labels.get(key);
  if (!known) {
    const group = plate(scene.layers.tokens, "tag");
    known = { group, count: 0, text: "" };
    labels.set(key, known);
  }
  known.count = known.text === text ? known.count + count : count;
  known.text = text;
  clearTimeout(known.timer);
  known.timer = setTimeout(() => { known.group.remove(); labels.delete(key); }, LABEL_MS);
  const words = fit(text, LABEL_LETTERS) + (known.count > 1 ? ` ×${known.count}` : "");
  const point = along(path, key.startsWith("kube-apiserver>kubelet") ? 0.42 : 0.5);
  known.group.setAttribute("class", `tag ${role(source)} ${/^[45]/.test(outcome) ? "bad" : ""}`);
  write(known.group, words, point, scene.plan.width);
}

function plate(parent, name) {
  const group = make("g", { class: name }, parent);
  make("rect", { y: -9.5, height: 19, rx: 9.5 }, group);
  make("text", { y: 3.8, "text-anchor": "middle" }, group);
  return group;
}

function write(group, words, point, width) {
  const size = words.length * 6 + 16;
  const x = Math.min(Math.max(point.x, size / 2 + 2), width - size / 2 - 2);
  group.setAttribute("transform", `translate(${x} ${point.y})`);
  group.querySelector("rect").setAttribute("x", -size / 2);
  group.querySelector("rect").setAttribute("width", size);
  setText(group.querySelector("text"), words);
}

// --- what stands still -----------------------------------------------------------------------------------------------

export function drawMarks(scene, held, story) {
  const parent = scene.layers.marks;
  parent.replaceChildren();
  for (const path of scene.layers.paths.values()) path.classList.remove("bad");
  const stacked = new Map();
  for (const [, source, target, label] of held) {
    const way = route(scene, source, target);
    if (!way) continue;
    const above = stacked.get(way.key) ?? 0;
    stacked.set(way.key, above + 1);
    const point = along(way.path, 0.5);
    const spot = { x: point.x, y: point.y - above * 12 };
    make("circle", { class: `token held ${role(source)}`, r: 7, transform: `translate(${spot.x} ${spot.y})` }, parent);
    if (!above) write(plate(parent, "tag held"), `held: ${fit(label, 26)}`, { x: spot.x, y: spot.y + 20 }, scene.plan.width);
  }
  if (!story) return;
  const way = route(scene, story.source, story.target);
  if (!way) return;
  way.path.classList.add("bad");
  const point = along(way.path, 0.5);
  write(plate(parent, "tag bad"), fit(story.text, 56), point, scene.plan.width);
}
