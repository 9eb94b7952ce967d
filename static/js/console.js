// The last messages as lines, newest below; the Wire panel tells the same with all they carried.
import { role } from "./svg.js";

const MOST_LINES = 60, PAUSE_MS = 250;
let waiting = [];

export function write(parent, hops) {
  if (!hops || document.hidden) return;
  if (!waiting.length) setTimeout(() => flush(parent), PAUSE_MS);
  waiting.push(...hops);
}

// Some times a second at most: to lay out text costs more than to draw a message.
function flush(parent) {
  const hops = waiting.slice(-MOST_LINES);
  waiting = [];
  const lines = hops.map(([, source, target, label, , time]) => {
    const line = document.createElement("div");
    const stamp = document.createElement("s");
    stamp.textContent = new Date(time * 1000).toISOString().slice(11, 23);
    const who = document.createElement("span");
    who.className = `who ${role(source)}`;
    who.textContent = source;
    const whom = document.createElement("span");
    whom.className = `who ${role(target)}`;
    whom.textContent = target;
    line.append(stamp, " ", who, " → ", whom, "  ", label);
    return line;
  });
  parent.append(...lines);
  while (parent.children.length > MOST_LINES) parent.firstChild.remove();
}
