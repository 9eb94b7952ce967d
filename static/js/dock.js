// Below the diagram: the messages as lines, or the terminal, which is fetched when it is first opened.
const tabs = ["messages", "terminal"].map((name) => document.getElementById(`tab-${name}`));
const dock = document.getElementById("dock");
const split = document.getElementById("split");
let terminal = null;

export function open(slug) {
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(index, slug));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      choose(1 - index, slug);
      tabs[1 - index].focus();
    });
  });
  split.addEventListener("click", () => terminal?.add());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "`" || !event.ctrlKey) return;
    event.preventDefault();
    choose(1, slug).then(() => terminal.focus());
  });
}

async function choose(index, slug) {
  tabs.forEach((tab, each) => {
    tab.setAttribute("aria-selected", String(each === index));
    tab.tabIndex = each === index ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = each !== index;
  });
  dock.classList.toggle("tall", index === 1);
  split.hidden = index !== 1;
  if (index !== 1) return;
  if (!terminal) {
    const { Terminal } = await import("./terminal.js");
    terminal ??= new Terminal(document.getElementById("terminal"), slug);
  }
  terminal.focus();
}
