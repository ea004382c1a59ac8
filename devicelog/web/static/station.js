// The one script. Pages work as plain forms without it; it swaps what the station renders, says when the station is not
// heard, asks before what cannot be taken back, and lets a scanner fill one field after another.
"use strict";

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("devicelog", { createHTML: (text) => text })
  : { createHTML: (text) => text };
const csrf = document.body.dataset.csrf || "";

// -- fragments ---------------------------------------------------------------------------------------------------

// What waits for a finger to be lifted: a button that is swapped while it is pressed would not hear it.
const held = new Map();
for (const name of ["pointerup", "pointercancel", "keyup"]) {
  document.addEventListener(name, () => setTimeout(() => { for (const [id, html] of [...held]) swap(id, html); }, 50));
}

// Put a fragment in the place of the element with its id; what has the focus keeps it.
function swap(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  if (old.querySelector("button:active, a:active, summary:active, label:active")) { held.set(id, html); return; }
  held.delete(id);
  const made = document.createElement("template");
  made.innerHTML = policy.createHTML(html);
  const fresh = made.content.firstElementChild;
  // What is read out when it changes stays where it is, and is touched only where it differs: nothing is read twice.
  if (fresh && [old, fresh].every((one) => one.matches("[aria-live], [role=status]"))) {
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    old.className = fresh.className;
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  old.replaceWith(made.content);
  if (focused !== null) heir(focused, fresh)?.focus({ preventScroll: true });
}

// Who has the focus after a swap: the same, else what stands there now, else what is around it.
function heir(id, fresh) {
  return (id && document.getElementById(id)) || fresh?.querySelector("button:not([disabled]), a[href]")
    || fresh?.closest("dialog")?.querySelector("[data-closes]") || document.getElementById("main");
}

// -- the live stream ---------------------------------------------------------------------------------------------

// The station is heard at least twice a second; after this long without a word, what is on screen is old (ms).
const SILENCE = 1500;
// By so much may two clocks differ more from one word to the next (ms).
const DRIFT = 0.1;

// Two clocks: the one may be set back meanwhile, the other may not count while the tablet sleeps.
const clocks = () => [performance.now(), Date.now()];

function follow(element) {
  let heard = clocks();
  let source = null;
  let least = Infinity; // the shortest way that a word of the station had, by two clocks of which neither is right
  let isLate = false;
  let clock = element.querySelector(".live-time .clock")?.textContent || "";
  // A slow line delivers everything, and late: what has been under way for too long is no news.
  const weigh = (sent) => {
    const way = performance.now() - sent;
    least = Math.min(least + DRIFT, way);
    isLate = way - least > SILENCE;
  };
  const fresh = () => {
    if (isLate) return;
    heard = clocks();
    document.body.classList.remove("stale");
    document.querySelectorAll("[data-stale]").forEach((each) => { each.hidden = true; });
  };
  const open = () => {
    source?.close();
    source = new EventSource(element.dataset.live);
    source.addEventListener("swap", (event) => {
      for (const [id, html] of JSON.parse(event.data)) swap(id, html);
      fresh();
    });
    source.addEventListener("open", () => { least = Infinity; isLate = false; });
    source.addEventListener("beat", (event) => {
      const [time, sent] = event.data.split(" ");
      clock = time || clock;
      if (sent) weigh(Number(sent));
      fresh();
    });
    source.addEventListener("leave", (event) => { source.close(); location.assign(event.data || location.href); });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 1000);
    });
  };
  open();
  let asked = 0;
  setInterval(() => {
    const now = clocks();
    const silent = Math.max(now[0] - heard[0], now[1] - heard[1]);
    if (silent < SILENCE) return;
    document.body.classList.add("stale");
    document.querySelectorAll("[data-since]").forEach((each) => { if (each.textContent !== clock) each.textContent = clock; });
    document.querySelectorAll("[data-stale]").forEach((each) => { each.hidden = false; });
    // A connection that hangs tells no error: a new one is tried every few seconds.
    if (silent > 4000 && now[0] - asked > 4000) { asked = now[0]; open(); }
  }, 200);
}
document.querySelectorAll("[data-live]").forEach(follow);

// -- what is always seen -------------------------------------------------------------------------------------------

// A dialog covers the page and is all that is read out then: alarms, and that the station is not heard, go along into
// the one in front, and back.
const watched = document.querySelector("[data-watched]");
const home = watched && document.createComment("what is always seen");
watched?.before(home);
const dialogs = [];

function bring() {
  const front = dialogs.at(-1)?.querySelector(".dialog-head");
  if (front) front.append(watched); else home.after(watched);
}
function show(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialogs.push(dialog);
  if (watched) bring();
}
// First back, then closed: what had the focus before may be among it, and gets it again.
function leave(dialog) {
  const place = dialogs.indexOf(dialog);
  if (place < 0) return;
  dialogs.splice(place, 1);
  if (watched) bring();
}
function shut(dialog) {
  leave(dialog);
  dialog.close();
}
for (const name of ["cancel", "close"]) document.addEventListener(name, (event) => leave(event.target), true);

// The second of two quick taps at one place is meant for what the first one met. What has come to stand there since (the
// next alarm, a pause that can be ended) is not pressed by it.
const ECHO = 350;
const NEAR = 40;
let tap = null;
const meant = (one) => one && [one.id, one.value, one.dataset.press, one.textContent].join("|");

function guardTaps() {
  document.addEventListener("click", (event) => {
    if (!event.detail) return; // the keyboard
    const on = meant(event.target.closest?.("button, a, summary, [data-press]"));
    const isNear = tap && event.timeStamp - tap.at < ECHO && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < NEAR;
    const isEcho = isNear && tap.on && on !== tap.on;
    tap = { at: event.timeStamp, x: event.clientX, y: event.clientY, on: isEcho ? tap.on : on };
    if (isEcho) { event.preventDefault(); event.stopPropagation(); }
  }, true);
}
if (document.querySelector("[data-live]")) guardTaps();

// -- forms -------------------------------------------------------------------------------------------------------

// Whoever states something hears from the station within 8 s; after this long nothing comes any more (ms).
const ANSWER = 12000;

// A form that is sent without leaving the page; what the station answers is a list of fragments, or a sentence.
async function sendQuietly(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const told = document.getElementById(form.dataset.quiet || "told");
  // Looked up now: what the form changes may have taken its place before the answer comes.
  const dialog = form.closest("dialog");
  const after = form.closest("[data-after]");
  const failed = form.closest("[data-failed]")?.dataset.failed || "✕";
  const session = form.closest("[data-session]")?.dataset.session || "";
  const say = (text) => { if (told) { told.textContent = text; told.hidden = !text; } };
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(ANSWER),
      headers: { "x-csrf-token": csrf, "x-session": session, accept: "application/json" },
    });
    if (answer.status === 401 || answer.type === "opaqueredirect") { location.reload(); return; }
    const text = await answer.text();
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      for (const [id, html] of JSON.parse(text)) swap(id, html);
      say("");
    } else say(text.trim());
    if (answer.ok && form.dataset.stays === undefined && dialog) shut(dialog);
    if (answer.ok && after) location.assign(after.dataset.after);
    if (answer.ok && form.dataset.reset !== undefined) form.reset();
  } catch {
    say(failed);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.quiet === undefined || form.method !== "post") return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") sendQuietly(form, event.submitter);
});

// A button opens the dialog that it names; one inside closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) { event.preventDefault(); show(document.getElementById(opener.dataset.opens)); return; }
  const closer = event.target.closest?.("[data-closes]");
  if (closer) { event.preventDefault(); shut(closer.closest("dialog")); return; }
  // A part of a drawing presses the button that it stands for.
  const part = event.target.closest?.("[data-press]");
  if (part) document.getElementById(part.dataset.press)?.click();
});

// A scanner ends what it reads with Enter: that leads to the next field, and does not send the form.
// One that is held down sends and presses once.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && event.repeat && field.matches?.("a, button, input")) { event.preventDefault(); return; }
  if (event.key !== "Enter" || field.dataset?.scan === undefined) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll("input:not([type=hidden]), select, textarea, button")];
  fields[fields.indexOf(field) + 1]?.focus();
});

// A page out of the browser's memory is as old as when it was left, also behind a lock: it is asked for anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// -- the idle lock -----------------------------------------------------------------------------------------------

// The station decides when a screen locks; a page that is left alone asks it then, and goes where the PIN is asked for.
const IDLE = Number(document.body.dataset.idle || 0) * 1000;
const TELL = 60000; // somebody who types without sending anything is told to the station so often (ms)

function guardIdle() {
  let told = performance.now();
  let timer = setTimeout(look, IDLE);
  async function look() {
    clearTimeout(timer);
    timer = setTimeout(look, TELL);
    let left;
    try {
      const answer = await fetch("/idle");
      if (answer.status === 401) { location.reload(); return; }
      left = (await answer.json()).left;
    } catch { return; }
    // Once: a second way there would break off the first. What was set above asks again if it came to nothing.
    if (left <= 0) { location.assign(`/unlock?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
    clearTimeout(timer);
    timer = setTimeout(look, left * 1000 + 500);
  }
  async function use() {
    if (performance.now() - told < TELL) return;
    told = performance.now();
    try {
      await fetch("/here", { method: "POST", headers: { "x-csrf-token": csrf } });
    } catch { return; }
    look();
  }
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, use, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
if (IDLE) guardIdle();

// What stands behind # in an address (a one-time code from a QR code) goes into its field, and out of the address.
const awaiting = document.querySelector("form[data-hash]");
if (awaiting && location.hash.length > 1) {
  awaiting.elements[awaiting.dataset.hash].value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

document.querySelectorAll("[data-print]").forEach((each) => {
  each.hidden = false;
  each.addEventListener("click", () => window.print());
});

// A form that is kept while it is filled in: what stands in it goes to the station, one note after the other.
document.querySelectorAll("form[data-keeps]").forEach((form) => {
  let waiting = 0;
  let last = Promise.resolve();
  const send = async () => {
    const answer = await fetch(form.dataset.keeps, {
      method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual",
      headers: { "x-csrf-token": csrf, accept: "application/json" },
    });
    // Locked, ended, or logged in anew elsewhere: what was kept so far is shown again, and goes on being kept.
    if (answer.status === 401 || answer.status === 403) location.reload();
    if (answer.ok) for (const [id, html] of await answer.json()) swap(id, html);
  };
  const keep = () => {
    clearTimeout(waiting);
    waiting = 0;
    last = last.then(send).catch(() => {});
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 500); });
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => { clearTimeout(waiting); waiting = 0; });
  addEventListener("pagehide", () => { if (waiting) keep(); });
});

// A finger on a place of a drawing chooses it in the list that the drawings belong to, and presses the button beside it.
document.querySelectorAll("[data-picks]").forEach((drawings) => {
  drawings.addEventListener("click", (event) => {
    const place = event.target.closest?.("[data-zone]");
    const list = document.getElementById(drawings.dataset.picks);
    if (!place || !list) return;
    list.value = place.dataset.zone;
    if (list.value) document.getElementById(drawings.dataset.presses)?.click();
  });
});

document.querySelector("[data-focus]")?.focus();

// Where there is no room for all places, the one that is shown is seen.
const here = document.querySelector("header nav [aria-current]");
const places = here?.closest("nav");
if (here) places.scrollLeft = here.getBoundingClientRect().right - places.getBoundingClientRect().right + here.offsetHeight;

// A file that is only named: its SHA-256 and its name go into the fields that its box names, and the file stays here.
document.querySelectorAll("[data-digest]").forEach((box) => {
  if (!window.crypto?.subtle) return;
  box.hidden = false;
  box.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    document.getElementById(box.dataset.digest).value = [...hash].map((one) => one.toString(16).padStart(2, "0")).join("");
    document.getElementById(box.dataset.name).value = file.name;
  });
});
