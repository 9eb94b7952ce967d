// The line to the server: frames in, their numbers out. When it breaks it is taken up where it was.
import { seen, state } from "./state.js";

const FIRST_MS = 250, LONGEST_MS = 5000;

export function follow(slug, onFrame, onLive) {
  let delay = FIRST_MS;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/c/${slug}/?${state.epoch ? seen() : ""}`);
    socket.addEventListener("open", () => onLive("live"));
    socket.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      delay = FIRST_MS;
      try {
        onFrame(frame);
      } finally { // a frame that could not be drawn is answered too: the next ones may be
        if (socket.readyState === WebSocket.OPEN) socket.send(`${frame.seq} ${seen()}`);
      }
    });
    socket.addEventListener("close", () => {
      onLive("reconnecting");
      setTimeout(connect, delay);
      delay = Math.min(delay * 2, LONGEST_MS);
    });
    follow.socket = socket;
  };
  connect();
}
