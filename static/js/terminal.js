// The terminal: panes side by side, each with a line to the server of its own. What is typed goes out, what programs
// write comes in as text; nothing of it is interpreted.
const MOST_LETTERS = 400_000, MOST_REMEMBERED = 200, MOST_PANES = 3;
const HINT = "kubectl, as in your own terminal: get, describe, create, apply, logs -f, get -w … · help tells what else there is · paste YAML after: kubectl apply -f - <<EOF";

export class Terminal {
  constructor(element, slug) {
    this.element = element;
    this.slug = slug;
    this.panes = [];
    this.add();
  }

  add() {
    if (this.panes.length >= MOST_PANES) return;
    this.panes.push(new Pane(this, this.panes.length === 0));
    this.focus();
  }

  shut(pane) {
    pane.end();
    this.panes = this.panes.filter((each) => each !== pane);
    this.focus();
  }

  focus() {
    this.panes.at(-1)?.input.focus();
  }
}

class Pane {
  constructor(terminal, first) {
    this.terminal = terminal;
    this.typed = JSON.parse(localStorage.getItem("typed") ?? "[]");
    this.at = this.typed.length;
    this.build(first);
    this.connect();
  }

  build(first) {
    this.element = make("div", "pane", this.terminal.element);
    this.screen = make("div", "screen", this.element);
    Object.entries({ role: "log", "aria-label": "Output", tabindex: "0" }).forEach(([name, value]) => this.screen.setAttribute(name, value));
    if (first) make("div", "hint", this.screen).textContent = HINT;
    this.prompt = make("div", "prompt", this.element);
    this.sign = make("span", "sign", this.prompt);
    this.sign.textContent = "$";
    this.input = make("textarea", "", this.prompt);
    Object.entries({ rows: "1", "aria-label": "Command", spellcheck: "false", autocapitalize: "off", autocomplete: "off" }).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.stopping = make("button", "", this.prompt);
    Object.assign(this.stopping, { type: "button", textContent: "Stop", hidden: true });
    this.stopping.addEventListener("click", () => this.stop());
    if (!first) {
      const shut = make("button", "shut", this.element);
      Object.assign(shut, { type: "button", textContent: "Close" });
      shut.addEventListener("click", () => this.terminal.shut(this));
    }
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("input", () => this.grow());
    this.screen.addEventListener("click", () => { if (getSelection().isCollapsed) this.input.focus(); });
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/c/${this.terminal.slug}/terminal/`);
    this.socket.addEventListener("open", () => {
      if (this.waiting) this.tell({ run: this.waiting });
      this.waiting = "";
    });
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => {
      if (this.ended) return;
      if (this.running && !this.waiting) { this.write("the connection broke; the command was stopped\n", "err"); this.busy(false); }
      setTimeout(() => this.connect(), 1000);
    });
  }

  end() {
    this.ended = true;
    this.socket.close();
    this.element.remove();
  }

  heard(message) {
    const text = message.out ?? message.err;
    if (text !== undefined) {
      this.write(text, message.err === undefined ? "" : "err");
      this.tell({ taken: text.length });
    }
    if ("reads" in message) this.listens(message.reads);
    if ("done" in message) this.busy(false);
    if (message.offer) this.offered(message);
  }

  tell(message) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  run(text) {
    const shown = make("div", "typed", this.screen);
    shown.textContent = text;
    this.forget();
    if (text.trim()) this.remember(text);
    if (text.trim() === "clear") { this.screen.replaceChildren(); return; }
    if (text.trim() === "history") { this.write(this.typed.map((line, index) => `${String(index + 1).padStart(5)}  ${line}\n`).join(""), ""); return; }
    if (!text.trim()) return;
    this.busy(true);
    if (!this.tell({ run: text })) this.waiting = text; // the line is not there yet
  }

  stop() {
    this.write("^C\n", "");
    if (this.waiting) { this.waiting = ""; this.busy(false); }
    this.tell({ stop: true });
    this.input.focus();
  }

  busy(running) {
    this.running = running;
    this.prompt.classList.toggle("busy", running);
    this.stopping.hidden = !running;
    this.listens(false);
  }

  // A program that reads, as a shell in a pod does, is given the lines that are typed.
  listens(reads) {
    this.reads = this.running && reads;
    this.sign.textContent = this.reads ? "›" : this.running ? "…" : "$";
    this.input.setAttribute("aria-label", this.reads ? "Input of the running command" : "Command");
  }

  write(text, name) {
    const atEnd = this.screen.scrollHeight - this.screen.scrollTop - this.screen.clientHeight < 40;
    const last = this.screen.lastElementChild;
    const into = last?.tagName === "SPAN" && last.className === name ? last : make("span", name, this.screen);
    into.append(text);
    this.forget();
    if (atEnd) this.screen.scrollTop = this.screen.scrollHeight;
  }

  // The oldest goes when there is too much to keep.
  forget() {
    let letters = this.screen.textContent.length;
    while (letters > MOST_LETTERS && this.screen.firstChild) {
      const first = this.screen.firstChild;
      const part = first.childNodes.length > 1 ? first.firstChild : first;
      letters -= part.textContent.length;
      part.remove();
    }
    this.screen.scrollTop = this.screen.scrollHeight;
  }

  remember(text) {
    this.typed = [...this.typed.filter((line) => line !== text), text].slice(-MOST_REMEMBERED);
    this.at = this.typed.length;
    localStorage.setItem("typed", JSON.stringify(this.typed));
  }

  set(text) {
    this.input.value = text;
    this.input.setSelectionRange(text.length, text.length);
    this.grow();
  }

  grow() {
    this.input.style.setProperty("--rows", String(Math.min(8, this.input.value.split("\n").length)));
  }

  pressed(event) {
    const { key, ctrlKey, shiftKey } = event;
    const { value, selectionStart, selectionEnd } = this.input;
    if (this.reads && ((key === "Enter" && !shiftKey) || (key === "d" && ctrlKey))) {
      event.preventDefault();
      this.tell({ input: key === "Enter" ? `${value}\n` : `${value}\u0004` });
      this.set("");
    } else if (key === "Enter" && !shiftKey && !this.running && !isOpen(value)) {
      event.preventDefault();
      this.set("");
      this.run(value);
    } else if (key === "Tab" && !shiftKey && value.trim()) {
      event.preventDefault();
      this.tell({ complete: value.slice(0, selectionStart) });
    } else if (key === "c" && ctrlKey && selectionStart === selectionEnd) {
      event.preventDefault();
      if (this.running) this.stop();
      else this.set("");
    } else if (key === "l" && ctrlKey) {
      event.preventDefault();
      this.screen.replaceChildren();
    } else if (key === "ArrowUp" && !value.slice(0, selectionStart).includes("\n")) {
      event.preventDefault();
      this.recall(-1);
    } else if (key === "ArrowDown" && !value.slice(selectionEnd).includes("\n")) {
      event.preventDefault();
      this.recall(1);
    }
  }

  recall(step) {
    this.at = Math.min(Math.max(0, this.at + step), this.typed.length);
    this.set(this.typed[this.at] ?? "");
  }

  // One word: it is put in. Several: what they share, and the list.
  offered({ offer, part }) {
    const before = this.input.value.slice(0, this.input.selectionStart), after = this.input.value.slice(this.input.selectionStart);
    if (!before.endsWith(part) || !offer.length) return;
    const shared = offer.reduce((all, each) => { let at = 0; while (at < all.length && all[at] === each[at]) at += 1; return all.slice(0, at); });
    const whole = offer.length === 1 && !/[=/]$/.test(shared);
    const text = before.slice(0, before.length - part.length) + shared + (whole ? " " : "");
    if (shared.length > part.length || whole) this.input.value = text + after;
    else this.write(`${offer.join("  ")}\n`, "hint");
    this.input.setSelectionRange(text.length, text.length);
  }
}

// A text that is fed in (<<EOF) has not ended yet: Enter goes to the next line.
function isOpen(text) {
  const found = /<<-?\s*['"]?([\w.-]+)['"]?/.exec(text);
  return Boolean(found) && !new RegExp(`^\\t*${found[1].replaceAll(".", "\\.")}$`, "m").test(text.slice(found.index + found[0].length));
}

function make(name, className, parent) {
  const element = document.createElement(name);
  if (className) element.className = className;
  parent.append(element);
  return element;
}
