// The last messages as lines, newest below; the Wire panel tells the same with all they carried.
import { role } from "./svg.js";

const MOST_LINES = 60;

export function write(parent, hops) {
  if (!hops || document.hidden) return;
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
