// Where everything stands: wide as on a screen, narrow as on a telephone. Knows nothing of messages or of the page.
export const CARDS = 3;
const PITCH = 28;

const WIDE = {
  width: 960, height: 664,
  plane: { x: 158, y: 14, w: 402, h: 636 }, fleet: { x: 582, y: 14, w: 366, h: 636 },
  boxes: [
    ["others", 12, 168, 112, 52, "others"], ["kubectl", 12, 258, 112, 52, "kubectl"], ["web-form", 12, 348, 112, 52, "Web form"],
    ["kube-scheduler", 176, 56, 176, 92, "scheduler"], ["kube-controller-manager", 366, 56, 180, 150, "controller-manager"],
    ["kube-apiserver", 226, 250, 268, 92, "kube-apiserver"], ["etcd", 226, 392, 208, 112, "etcd"],
  ],
  tray: { x: 446, y: 392, w: 100, h: 112, columns: 3, rows: 3 },
  own: { x: 172, y: 524, w: 374, h: 114 },
  cards: { x: 596, y: 52, w: 338, step: 196, h: 186, few: 3 }, many: { step: 166, h: 158, few: 2 },
};

const NARROW = {
  width: 360, height: 0,
  plane: { x: 6, y: 84, w: 348, h: 610 }, fleet: { x: 6, y: 706, w: 348, h: 0 },
  boxes: [
    ["others", 244, 10, 104, 52, "others"], ["kubectl", 12, 10, 104, 52, "kubectl"], ["web-form", 128, 10, 104, 52, "Web form"],
    ["kube-scheduler", 16, 270, 158, 92, "scheduler"], ["kube-controller-manager", 182, 270, 164, 150, "controller-mgr"],
    ["kube-apiserver", 16, 122, 330, 92, "kube-apiserver"], ["etcd", 16, 440, 208, 112, "etcd"],
  ],
  tray: { x: 236, y: 440, w: 110, h: 112, columns: 3, rows: 3 },
  own: { x: 14, y: 568, w: 334, h: 114 },
  cards: { x: 14, y: 744, w: 334, step: 196, h: 186, few: 3 }, many: { step: 166, h: 158, few: 2 },
};

// [from, its side, how far along it, to, its side, how far along it]
const WIDE_EDGES = [
  ["others", "right", 0.5, "kube-apiserver", "left", 0.2], ["kubectl", "right", 0.5, "kube-apiserver", "left", 0.45], ["web-form", "right", 0.5, "kube-apiserver", "left", 0.75],
  ["kube-scheduler", "bottom", 0.5, "kube-apiserver", "top", 0.3], ["kube-controller-manager", "bottom", 0.4, "kube-apiserver", "top", 0.75],
  ["kube-apiserver", "bottom", 0.4, "etcd", "top", 0.5],
];
const NARROW_EDGES = [
  ["others", "bottom", 0.5, "kube-apiserver", "top", 0.82], ["kubectl", "bottom", 0.5, "kube-apiserver", "top", 0.15], ["web-form", "bottom", 0.5, "kube-apiserver", "top", 0.5],
  ["kube-apiserver", "bottom", 0.22, "kube-scheduler", "top", 0.5], ["kube-apiserver", "bottom", 0.75, "kube-controller-manager", "top", 0.5],
  ["kube-apiserver", "bottom", 0.49, "etcd", "top", 0.75],
];

export function compute(narrow, workers, firstShown, ownNode) {
  const plan = narrow ? NARROW : WIDE;
  const many = workers.length > CARDS;
  const style = many ? { ...plan.cards, ...plan.many } : plan.cards;
  const shown = workers.slice(firstShown, firstShown + CARDS);
  const boxes = new Map(plan.boxes.map(([id, x, y, w, h, title]) => [id, { id, x, y, w, h, title }]));
  const cards = shown.map((name, index) => card(name, style.x, style.y + index * style.step, style.w, style.h, boxes, style.few));
  if (ownNode) cards.push({ ...card(ownNode, plan.own.x, plan.own.y, plan.own.w, plan.own.h, boxes, 1), own: true });
  const overview = many ? { x: style.x, y: style.y + CARDS * style.step + 2, w: style.w } : null;
  const height = narrow ? style.y + CARDS * style.step + (many ? 110 : 4) : plan.height;
  const fleet = { ...plan.fleet, h: narrow ? height - plan.fleet.y - 6 : plan.fleet.h };
  return { narrow, width: plan.width, height, plane: plan.plane, fleet, tray: plan.tray, boxes, cards, overview, edges: edges(narrow, boxes, cards) };
}

function card(name, x, y, w, h, boxes, rows) {
  const widths = [0.26, 0.36, 0.30].map((part) => Math.round((w - 40) * part / 0.92));
  let left = x + 12;
  ["kubelet", "kube-proxy", "runtime"].forEach((part, index) => {
    const id = `${part}.${name}`;
    boxes.set(id, { id, x: left, y: y + 32, w: widths[index], h: 44, title: part, small: true });
    left += widths[index] + 8;
  });
  return { name, x, y, w, h, columns: Math.floor((w - 18) / PITCH), rows, podX: x + 12, podY: y + 86 };
}

function edges(narrow, boxes, cards) {
  const found = new Map();
  const listed = [...(narrow ? NARROW_EDGES : WIDE_EDGES)];
  cards.forEach((each, index) => {
    const ids = ["kubelet", "kube-proxy", "runtime"].map((part) => `${part}.${each.name}`);
    const along = 0.25 + index * 0.25;
    for (const id of ids.slice(0, 2)) {
      if (narrow) listed.push(["kube-apiserver", "bottom", each.own ? 0.03 : 0.97, id, "top", 0.5]);
      else if (each.own) listed.push(["kube-apiserver", "left", 0.92, id, "top", 0.3]);
      else listed.push(["kube-apiserver", "right", along, id, "left", 0.5, each]);
    }
    listed.push([ids[0], "bottom", 0.5, ids[2], "bottom", 0.5]);
  });
  for (const [from, side, part, to, otherSide, otherPart, through] of listed) {
    const a = boxes.get(from), b = boxes.get(to);
    if (a && b) found.set(`${from}>${to}`, { from, to, d: path(at(a, side, part), side, at(b, otherSide, otherPart), otherSide, through), faint: hidden(from, to) || (narrow && to.includes(".") ) });
  }
  for (const box of boxes.values()) {
    const top = box.y, middle = box.x + box.w / 2;
    found.set(`${box.id}>${box.id}`, { from: box.id, to: box.id, faint: true, d: `M${middle - 18} ${top} C${middle - 34} ${top - 34} ${middle + 34} ${top - 34} ${middle + 18} ${top}` });
  }
  return found;
}

// Between the API server and a node one line is drawn, the kubelet's; the others are travelled unseen.
function hidden(from, to) {
  return to.startsWith("kube-proxy.") || to.startsWith("runtime.") || from === "others";
}

function at(box, side, part) {
  if (side === "left" || side === "right") return [side === "left" ? box.x : box.x + box.w, box.y + box.h * part];
  return [box.x + box.w * part, side === "top" ? box.y : box.y + box.h];
}

function path([x, y], side, [u, v], otherSide, through) {
  if (side === "bottom" && otherSide === "bottom") return `M${x} ${y} C${x} ${y + 16} ${u} ${v + 16} ${u} ${v}`;
  if (through) {
    const edge = through.x, middle = (x + edge) / 2;
    return `M${x} ${y} C${middle} ${y} ${middle} ${v} ${edge} ${v} L${u} ${v}`;
  }
  if (side === "left" && otherSide === "top") return `M${x} ${y} C${x - 40} ${y} ${u - 22} ${v - 110} ${u} ${v}`;
  if (side === "right" || side === "left") return `M${x} ${y} C${(x + u) / 2} ${y} ${(x + u) / 2} ${v} ${u} ${v}`;
  return `M${x} ${y} C${x} ${(y + v) / 2} ${u} ${(y + v) / 2} ${u} ${v}`;
}

export function podSpot(card, index) {
  return [card.podX + (index % card.columns) * PITCH, card.podY + Math.floor(index / card.columns) * PITCH];
}
