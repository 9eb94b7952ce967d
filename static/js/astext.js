// The diagram as text: components, nodes, lines and their last messages, as live as the picture. Fetched when first asked for.
import { setText } from "./svg.js";

const PAUSE_MS = 1000;
const UNSEEN = "machines"; // the room where nodes are built stands outside the picture

export class AsText {
  constructor(element, state) {
    this.element = element;
    this.state = state;
    this.lines = new Map();
    this.due = 0;
    this.tables = {
      components: this.table("Components", ["Component", "State", "What it says", "Waits for it"]),
      nodes: this.table("Nodes", ["Node", "State", "Pods"]),
      pods: this.table("Pods", ["Pod", "Phase", "Node"]),
      lines: this.table("Messages between components", ["From", "To", "How many", "The last"]),
    };
    this.draw();
  }

  table(caption, heads) {
    const table = document.createElement("table");
    table.className = "headers";
    table.createCaption().textContent = caption;
    const row = table.createTHead().insertRow();
    for (const head of heads) { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = head; row.append(cell); }
    this.element.append(table);
    return table.createTBody();
  }

  // Messages are counted also while the picture is shown: the text begins with what was seen.
  hear(frame) {
    for (const [, source, target, label] of frame.hops ?? []) this.count(source, target, 1, label);
    for (const [source, target, count] of frame.more ?? []) this.count(source, target, count, "");
    if (this.element.hidden || this.due) return;
    this.due = setTimeout(() => { this.due = 0; this.draw(); }, PAUSE_MS);
  }

  count(source, target, count, label) {
    const known = this.lines.get(`${source}>${target}`) ?? { source, target, count: 0, label: "" };
    known.count += count;
    known.label = label || known.label;
    this.lines.set(`${source}>${target}`, known);
  }

  draw() {
    const { components, backlog, objects, byNode } = this.state;
    fill(this.tables.components, Object.entries(components).filter(([id]) => id !== UNSEEN).map(([id, [running, facts]]) => [id, running ? "running" : "stopped", facts, waiting(backlog[id])]));
    fill(this.tables.nodes, [...objects.Node.values()].map((node) => [node.name, `${node.ready ? "Ready" : "NotReady"}${node.cordoned ? ", cordoned" : ""}`, String(byNode.get(node.name)?.size ?? 0)]));
    fill(this.tables.pods, [...objects.Pod.values()].slice(0, 200).map((pod) => [`${pod.namespace}/${pod.name}`, pod.phase, pod.node || "none yet"]));
    fill(this.tables.lines, [...this.lines.values()].map((line) => [line.source, line.target, String(line.count), line.label]));
  }
}

function waiting(each) {
  const total = each ? each.messages + each.journeys + each.changes : 0;
  return total ? `${total} ${total === 1 ? "waits" : "wait"}` : "";
}

function fill(body, rows) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((cells, index) => {
    const row = body.rows[index] ?? body.insertRow();
    cells.forEach((text, at) => {
      let cell = row.cells[at];
      if (!cell) { cell = document.createElement(at ? "td" : "th"); if (!at) cell.scope = "row"; row.append(cell); }
      setText(cell, text);
    });
  });
}
