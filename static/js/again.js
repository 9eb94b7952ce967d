// Reading parts again and again: many changes make one reading, a slow server is asked less often, and what changes
// while a part is read is read after it.
const LONGEST_PAUSE_MS = 3000, SHARE = 5; // of the time, a sixth at most goes to readings

export function again(pauses, read) {
  const parts = {};

  return function refresh(name, pause) {
    const part = parts[name] ??= { due: 0, reads: false, missed: false, took: 0 };
    const waits = pause ?? Math.min(LONGEST_PAUSE_MS, Math.max(pauses[name], SHARE * part.took));
    if (part.due && waits) { part.missed ||= part.reads; return; }
    clearTimeout(part.due);
    const mine = setTimeout(async () => {
      Object.assign(part, { reads: true, missed: false });
      const began = performance.now();
      await read(name);
      part.took = performance.now() - began;
      if (part.due !== mine) return; // a newer reading took its place
      Object.assign(part, { due: 0, reads: false });
      if (part.missed) refresh(name);
    }, waits);
    Object.assign(part, { due: mine, reads: false });
  };
}
