// What is opened by a key or a button now and then: the palette, and the diagram as text. Both are fetched when needed.
import { state } from "./state.js";

const text = document.getElementById("astext");
const button = document.getElementById("astext-button");
const diagram = document.getElementById("diagram");
const seen = [];
let palette = null;
let asText = null;

export function open(slug, show) {
  const search = async () => {
    const { Palette } = await import("./palette.js");
    palette ??= new Palette(slug, show);
    palette.open();
  };
  document.getElementById("search").addEventListener("click", search);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    search();
  });
  button.addEventListener("click", async () => {
    const on = text.hidden;
    text.hidden = !on;
    diagram.classList.toggle("away", on);
    button.setAttribute("aria-pressed", String(on));
    if (!on) return;
    const { AsText } = await import("./astext.js");
    asText ??= new AsText(text, state);
    for (const frame of seen.splice(0)) asText.hear(frame);
    asText.draw();
  });
}

const MOST_SEEN = 200;

export function hear(frame) {
  if (asText) { asText.hear(frame); return; }
  if (frame.hops || frame.more) seen.push({ hops: frame.hops, more: frame.more });
  if (seen.length > MOST_SEEN) seen.shift();
}
