// Where boxes stand and how they look; knows nothing of messages.
const NS = "http://www.w3.org/2000/svg";
const FIXED = [
  ["kubectl", 8, 170, 112, 54, "client", "kubectl"],
  ["web-form", 8, 300, 112, 54, "client", "Web form"],
  ["kube-scheduler", 168, 60, 180, 76, "scheduler", "scheduler"],
  ["kube-controller-manager", 372, 60, 190, 76, "manager", "controller-manager"],
  ["kube-apiserver", 250, 240, 230, 84, "api", "kube-apiserver"],
  ["etcd", 265, 450, 200, 84, "etcd", "etcd"],
];
const EDGES = [["kubectl", "kube-apiserver"], ["web-form", "kube-apiserver"], ["kube-scheduler", "kube-apiserver"], ["kube-controller-manager", "kube-apiserver"], ["etcd", "kube-apiserver"]];
const MOST_NODES = 6;
const spots = new Map();

function make(name, attributes, parent, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function box(svg, [id, x, y, width, height, colour, title], small = false) {
  const group = make("g", { class: "component", "data-id": id }, svg);
  make("rect", { class: "box", x, y, width, height, rx: 9 }, group);
  make("rect", { class: colour, x, y, width: 5, height, rx: 2 }, group);
  make("text", { x: x + 16, y: y + (small ? 19 : 25) }, group, title);
  make("text", { class: "small facts", x: x + 16, y: y + (small ? 36 : 44) }, group);
  if (colour !== "client") {
    const power = make("g", { class: "switch", "data-id": id, tabindex: 0, role: "switch", "aria-label": `Power of ${id}`, "aria-checked": "true" }, group);
    make("circle", { class: "power", cx: x + width - 14, cy: y + 15, r: 5.5 }, power);
    make("circle", { cx: x + width - 14, cy: y + 15, r: 13, fill: "transparent" }, power);
  }
  spots.set(id, { x: x + width / 2, y: y + height / 2, colour });
}

export function rooms(svg, state) {
  svg.replaceChildren();
  spots.clear();
  const workers = [...state.nodes.values()].filter((node) => node.where === "worker").sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const shown = workers.slice(0, MOST_NODES);
  const height = Math.max(640, 60 + Math.ceil(shown.length / 1) * 196);
  svg.setAttribute("viewBox", `0 0 1000 ${height}`);
  const plane = [...state.nodes.values()].find((node) => node.where === "control-plane");
  make("rect", { class: "room", x: 144, y: 8, width: 440, height: 620, rx: 14 }, svg);
  make("text", { x: 164, y: 36 }, svg, "Control plane");
  make("text", { class: "small", x: 564, y: 36, "text-anchor": "end", id: "plane-state" }, svg, plane ? "" : "");
  make("rect", { class: "room", x: 606, y: 8, width: 386, height: height - 20, rx: 14 }, svg);
  make("text", { x: 626, y: 36 }, svg, "Worker nodes");
  make("text", { class: "small", x: 974, y: 36, "text-anchor": "end", id: "fleet" }, svg);
  const edges = make("g", {}, svg);
  for (const fixed of FIXED) box(svg, fixed);
  shown.forEach((node, index) => worker(svg, node.name, 52 + index * 192));
  for (const node of workers.slice(MOST_NODES)) for (const role of ["kubelet", "kube-proxy", "runtime"]) spots.set(`${role}.${node.name}`, { x: 800, y: height - 16, colour: "kubelet" });
  for (const [from, to] of [...EDGES, ...shown.map((node) => ["kube-apiserver", `kubelet.${node.name}`])]) {
    const a = spots.get(from), b = spots.get(to);
    make("path", { class: "edge", d: `M${a.x} ${a.y}L${b.x} ${b.y}` }, edges);
  }
  make("g", { id: "pods" }, svg);
}

function worker(svg, name, y) {
  make("rect", { class: "box", x: 622, y, width: 354, height: 182, rx: 10 }, svg);
  make("text", { x: 638, y: y + 24 }, svg, name);
  make("text", { class: "small node-state", x: 962, y: y + 24, "text-anchor": "end", "data-node": name }, svg);
  box(svg, [`kubelet.${name}`, 634, y + 36, 98, 48, "kubelet", "kubelet"], true);
  box(svg, [`kube-proxy.${name}`, 738, y + 36, 128, 48, "proxy", "kube-proxy"], true);
  box(svg, [`runtime.${name}`, 872, y + 36, 98, 48, "runtime", "runtime"], true);
  spots.set(`pods.${name}`, { x: 638, y: y + 98 });
}

export function draw(svg, state) {
  for (const group of svg.querySelectorAll(".component")) {
    const known = state.components[group.dataset.id];
    if (!known) continue;
    group.classList.toggle("off", !known[0]);
    group.querySelector(".facts").textContent = known[0] ? known[1] : "stopped";
    group.querySelector(".switch")?.setAttribute("aria-checked", String(known[0]));
    const waiting = state.waiting[group.dataset.id] || 0;
    let badge = group.querySelector(".badge");
    if (waiting && !badge) {
      const spot = spots.get(group.dataset.id);
      badge = make("g", { class: "badge", transform: `translate(${spot.x} ${spot.y + 30})` }, group);
      make("rect", { class: "backlog", x: -34, y: -10, width: 68, height: 19, rx: 9 }, badge);
      make("text", { class: "count", "text-anchor": "middle", y: 4 }, badge);
    }
    if (badge && !waiting) badge.remove();
    else if (badge) badge.querySelector("text").textContent = `${waiting} waiting`;
  }
  nodesAndPods(svg, state);
}

function nodesAndPods(svg, state) {
  const nodes = [...state.nodes.values()], workers = nodes.filter((node) => node.where === "worker");
  const ready = workers.filter((node) => node.phase.startsWith("Ready")).length;
  const fleet = svg.querySelector("#fleet"), plane = svg.querySelector("#plane-state");
  if (fleet) fleet.textContent = `${ready} of ${workers.length} Ready · ${state.pods.size} pods`;
  const own = nodes.find((node) => node.where === "control-plane");
  if (plane && own) plane.textContent = `node ${own.name} · ${own.phase} · tainted NoSchedule`;
  for (const text of svg.querySelectorAll(".node-state")) text.textContent = state.nodes.get(`Node/${text.dataset.node}`)?.phase ?? "";
  const layer = svg.querySelector("#pods");
  if (!layer) return;
  layer.replaceChildren();
  const used = new Map();
  for (const pod of [...state.pods.values()].sort((a, b) => a.key.localeCompare(b.key))) {
    const spot = spots.get(`pods.${pod.where}`) ?? (pod.where ? null : { x: 170, y: 590 });
    if (!spot) continue;
    const index = used.get(pod.where) ?? 0;
    used.set(pod.where, index + 1);
    if (index >= 33) continue;
    const group = make("g", { role: "img", "aria-label": `pod ${pod.namespace}/${pod.name}: ${pod.phase}` }, layer);
    make("rect", { class: `pod ${colour(pod.phase)}`, x: spot.x + (index % 11) * 29, y: spot.y + Math.floor(index / 11) * 27, width: 24, height: 22, rx: 5 }, group);
    make("title", {}, group, `${pod.namespace}/${pod.name}: ${pod.phase}`);
  }
}

function colour(phase) {
  if (phase === "Running") return "Running";
  if (["Completed", "Succeeded"].includes(phase)) return "end";
  return /Err|BackOff|Failed|Unknown|Crash/.test(phase) ? "bad" : "wait";
}

export function place(svg, id) {
  return spots.get(id) ?? spots.get(id.split(".")[0]) ?? (id.includes(".") ? null : spots.get("kubectl"));
}
