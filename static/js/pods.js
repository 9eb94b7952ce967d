// Pods and nodes: they appear, change colour with their phase, and vanish. One element a pod, found by its key.
import { podSpot } from "./geometry.js";
import { fit, make, pressable, setText } from "./svg.js";

const drawn = new Map();
const LEAVE_MS = 260;

export function forgetPods() { drawn.clear(); }

// Draws the pods of the nodes named; "" is the tray of pods without a node.
export function drawPods(svg, state, plan, names, namespace, on) {
  const layer = svg.querySelector("#pods");
  for (const name of names) {
    const card = name ? plan.cards.find((each) => each.name === name) : trayCard(plan.tray);
    const pods = [...(state.byNode.get(name)?.values() ?? [])].filter((pod) => !namespace || pod.namespace === namespace);
    const room = card ? card.columns * card.rows : 0;
    const shown = new Set();
    pods.slice(0, room).forEach((pod, index) => { shown.add(pod.key); place(layer, pod, podSpot(card, index), index, on); });
    for (const [key, element] of drawn) if (element.node === name && !shown.has(key)) leave(key, element);
    if (card && name) setText(svg.querySelector(`.node[data-node="${CSS.escape(name)}"] .more`), pods.length > room ? `+${pods.length - room} more` : "");
  }
}

function trayCard(tray) {
  return { columns: tray.columns, rows: tray.rows, podX: tray.x + 10, podY: tray.y + 26 };
}

function place(layer, pod, [x, y], index, on) {
  let known = drawn.get(pod.key);
  if (known?.uid !== pod.uid && known) { known.group.remove(); known = null; }
  if (!known) {
    const group = make("g", { role: "button" }, layer);
    const inner = make("g", { class: "pod-body" }, group);
    make("rect", { width: 23, height: 23, rx: 5 }, inner);
    make("g", { class: "dots" }, inner);
    make("title", {}, group);
    pressable(group, () => on.show(`pod.${pod.key}`));
    group.addEventListener("keydown", (event) => rove(group, event));
    known = { group, uid: pod.uid };
    drawn.set(pod.key, known);
  }
  const { group } = known;
  known.node = pod.node;
  group.setAttribute("class", `pod ${pod.look}`);
  group.setAttribute("transform", `translate(${x} ${y})`);
  group.setAttribute("tabindex", index === 0 ? "0" : "-1");
  group.dataset.node = pod.node;
  group.dataset.uid = pod.uid;
  const words = `pod ${pod.namespace}/${pod.name}: ${pod.phase}`;
  group.setAttribute("aria-label", words);
  setText(group.querySelector("title"), pod.reason ? `${words}\n${pod.reason}` : words);
  dots(group.querySelector(".dots"), Math.min(3, Math.max(1, pod.containers)));
}

function dots(parent, count) {
  if (parent.children.length === count) return;
  parent.replaceChildren();
  const first = 11.5 - (count - 1) * 3.5;
  for (let index = 0; index < count; index += 1) make("circle", { cx: first + index * 7, cy: 11.5, r: count > 2 ? 2.4 : 3 }, parent);
}

function leave(key, { group }) {
  drawn.delete(key);
  group.classList.add("gone");
  group.removeAttribute("tabindex");
  setTimeout(() => group.remove(), LEAVE_MS);
}

// Arrow keys go from pod to pod of one node.
function rove(group, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...group.parentNode.children].filter((each) => each.dataset.node === group.dataset.node && each.hasAttribute("tabindex"));
  all[(all.indexOf(group) + step + all.length) % all.length].focus();
}

// --- nodes -----------------------------------------------------------------------------------------------------------

export function drawNodes(svg, state, plan) {
  const nodes = [...state.objects.Node.values()];
  const workers = nodes.filter((node) => node.role === "worker");
  const ready = workers.filter((node) => node.ready).length;
  setText(svg.querySelector("#fleet"), `${ready} of ${workers.length} Ready · ${state.objects.Pod.size} pods`);
  for (const card of plan.cards) {
    const node = state.objects.Node.get(card.name);
    const group = svg.querySelector(`.node[data-node="${CSS.escape(card.name)}"]`);
    if (!node || !group) continue;
    const powered = state.components[`kubelet.${card.name}`]?.[0] !== false;
    group.classList.toggle("bad", !node.ready);
    setText(group.querySelector(".node-state"), words(node, state.byNode.get(card.name), card.own, powered));
    group.querySelector(".node-title").setAttribute("aria-label", `node ${card.name}: ${node.ready ? "Ready" : "NotReady"}${node.cordoned ? ", cordoned" : ""}`);
  }
}

function words(node, pods, own, powered) {
  const used = { cpu: 0, memory: 0 };
  for (const pod of pods?.values() ?? []) if (pod.look !== "end") { used.cpu += pod.cpu; used.memory += pod.memory; }
  const share = (name) => (node[name] ? Math.round((100 * used[name]) / node[name]) : 0);
  const state = `${node.ready ? "Ready" : "NotReady"}${node.cordoned ? " · cordoned" : ""}${powered ? "" : " · kubelet off"}`;
  if (own || node.role !== "worker") return fit(`${node.taints.map((taint) => `tainted ${taint.split(":")[1]}`)[0] ?? "no taint"} · ${state}`, 40);
  return `cpu ${share("cpu")} % · mem ${share("memory")} % · ${state}`;
}

// All workers as small squares, when there are more than cards; a click turns to that node's.
export function drawOverview(svg, plan, state, workers, firstShown, turn) {
  svg.querySelector(".overview")?.remove();
  if (!plan.overview) return;
  const { x, y, w } = plan.overview;
  const group = make("g", { class: "overview" }, svg);
  const columns = Math.floor((w - 70) / 13);
  workers.slice(0, columns * 6).forEach((name, index) => {
    const node = state.objects.Node.get(name);
    const square = make("rect", { class: `square ${node?.ready ? "run" : "crash"} ${index >= firstShown && index < firstShown + 3 ? "on" : ""}`, x: x + (index % columns) * 13, y: y + 6 + Math.floor(index / columns) * 13, width: 10, height: 10, rx: 2 }, group);
    make("title", {}, square, name);
    square.addEventListener("click", () => turn(index - (index % 3)));
  });
  [["‹", -3, "Earlier nodes", w - 52], ["›", 3, "Later nodes", w - 24]].forEach(([sign, step, label, left]) => {
    const button = make("g", { class: "turn", role: "button", "aria-label": label }, group);
    make("rect", { x: x + left, y: y + 6, width: 24, height: 24, rx: 6 }, button);
    make("text", { x: x + left + 12, y: y + 23, "text-anchor": "middle" }, button, sign);
    pressable(button, () => turn(Math.min(Math.max(0, firstShown + step), Math.max(0, workers.length - 1 - ((workers.length - 1) % 3)))));
  });
}
