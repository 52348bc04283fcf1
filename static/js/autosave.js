// Sends what stands in an open form, or in a row of the sheet, a second after typing stops. What cannot be sent is
// kept in this browser, for this person alone, until the server has it or the person signs out. Without this script
// there is the button.
"use strict";
{
  const PAUSE = 1000; // Milliseconds without a key.
  const RETRY = 10000;
  const OLD = 30 * 24 * 3600 * 1000; // Nobody comes back for it any more.
  const FINAL = [403, 404, 409, 413]; // Asking again would change nothing.
  const person = document.body.dataset.person;
  const keyOf = (update) => `typed:${person}:${update}`;

  // A browser may refuse to keep anything; then the page says so.
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* there was nothing to keep it in */ } };
  const keep = (key, copy) => {
    try { localStorage.setItem(key, JSON.stringify(copy)); return true; } catch { return false; }
  };
  const keys = (start) => {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(start)); } catch { return []; }
  };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // The cookie, not the form, knows the token after a new sign-in in another window.
  const csrfToken = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) || ["", ""])[1];
  const send = async (copy, keepalive = false) => {
    try {
      const answer = await fetch(copy.url, {
        method: "POST",
        body: new URLSearchParams(copy.fields),
        headers: { "X-CSRFToken": csrfToken() },
        redirect: "manual",
        keepalive,
      });
      const plain = (answer.headers.get("content-type") || "").startsWith("text/plain");
      const reached = answer.status < 500;
      return { status: plain ? answer.status : 0, reached, words: plain ? await answer.text() : "" };
    } catch {
      return { status: 0, reached: false, words: "" };
    }
  };

  const clock = (at) => new Date(at).toTimeString().slice(0, 8);

  // `part` is the form of one update, or its row in the sheet, where all names begin with its prefix.
  const watch = (part) => {
    const form = part.closest("form");
    const prefix = part.dataset.prefix || "";
    const key = keyOf(part.dataset.update);
    const line = part.querySelector(".autosave");
    const words = document.querySelector("[data-saved]").dataset;
    let timer = 0;
    let sending = false;
    let leaving = false; // The form itself is on its way: what came after it would be kept beside what it stores.
    let latest = null;
    let known = null; // What the server has.

    const fields = () => Array.from(new FormData(form))
      .filter(([name]) => name.startsWith(prefix) && !["csrfmiddlewaretoken", "sent"].includes(name))
      .filter(([, value]) => typeof value === "string") // No files.
      .map(([name, value]) => [name.slice(prefix.length), value]);
    const say = (words, isKept) => {
      line.setAttribute("aria-live", isKept ? "off" : "polite"); // Not at each pause, but when something is wrong.
      line.classList.toggle("autosave-local", !isKept);
      line.textContent = words;
    };
    const sayWhy = (answer, kept) => {
      const why = answer.words || (answer.reached ? words.refused : words.unreachable);
      say(`${kept ? words.local.replace("{time}", clock(latest.at)) : words.nowhere} ${why}`, false);
    };
    const deliver = async (keepalive = false) => {
      clearTimeout(timer);
      if (sending || leaving || !latest) return;
      const copy = latest;
      sending = true;
      const answer = await send(copy, keepalive);
      sending = false;
      if (answer.status === 200) {
        say(words.saved.replace("{time}", answer.words), true);
        if (copy !== latest) return void (timer = setTimeout(deliver, PAUSE));
        latest = null;
        known = copy.fields;
        drop(key);
        part.removeAttribute("data-waits");
        if (!form.querySelector("[data-waits]")) form.dispatchEvent(new CustomEvent("autosaved"));
      } else {
        sayWhy(answer, same(read(key), latest));
        if (!FINAL.includes(answer.status)) timer = setTimeout(deliver, RETRY);
      }
    };
    const typed = () => {
      if (!latest && same(fields(), known)) return; // Leaving a field is no typing.
      latest = { at: Date.now(), url: part.dataset.autosave, fields: fields() };
      keep(key, latest);
      part.setAttribute("data-waits", "");
      clearTimeout(timer);
      timer = setTimeout(deliver, PAUSE);
    };
    const restore = (copy) => {
      for (const [name, value] of copy.fields) {
        if (name === "token") continue; // That of the page: the old one may be too old.
        for (const field of part.querySelectorAll(`[name="${CSS.escape(prefix + name)}"]`)) {
          if (field.type === "radio") field.checked = field.value === value;
          else field.value = value;
          field.dispatchEvent(new Event(field.type === "radio" ? "change" : "input", { bubbles: true }));
        }
      }
      say(words.restored, false);
    };

    part.addEventListener("input", typed);
    part.addEventListener("change", typed);
    form.addEventListener("submit", (event) => {
      leaving = true;
      clearTimeout(timer);
      const copy = read(key);
      form.elements.sent.value = `${performance.timeOrigin + event.timeStamp}`;
      if (copy) keep(key, { ...copy, sent: form.elements.sent.value });
    });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("online", () => deliver());
    document.addEventListener("visibilitychange", () => deliver(document.visibilityState === "hidden"));
    // The answer to what was sent holds all of it, and what a button has changed in it since: a text of theirs that
    // was taken, an older one that was filled in. Any other page, also one out of the browser's cache, knows less.
    const left = read(key);
    if (left && left.sent && left.sent === form.elements.sent.value) typed();
    else if (left) restore(left);
    else known = fields();
  };

  let goes = false; // Another page was asked for.
  window.addEventListener("beforeunload", () => { goes = true; });
  window.addEventListener("pageshow", () => { goes = false; });

  // What was typed on pages that are closed by now.
  const sendRest = async () => {
    for (const key of keys(keyOf(""))) {
      const copy = read(key);
      if (!copy || document.querySelector(`[data-update="${key.slice(keyOf("").length)}"]`)) continue;
      const answer = await send(copy);
      // The page that comes next may have been asked for before the server had this: it goes on from the copy.
      if (answer.status === 200 && !goes && same(read(key), copy)) drop(key);
    }
  };

  for (const key of keys("typed:")) if (!(Date.now() - (read(key) || { at: 0 }).at < OLD)) drop(key);
  if (person) {
    for (const note of document.querySelectorAll("[data-stored]")) {
      for (const update of note.dataset.stored.split(" ")) drop(keyOf(update));
    }
    for (const part of document.querySelectorAll("[data-autosave]")) watch(part);
    sendRest();
    window.addEventListener("online", sendRest);
    for (const acts of document.querySelectorAll("[data-sign-out]")) {
      acts.addEventListener("submit", (event) => {
        if (!event.target.action.endsWith("/logout/")) return;
        const left = keys(keyOf(""));
        if (left.length && !window.confirm(acts.dataset.signOut)) event.preventDefault();
        else left.forEach(drop);
      });
    }
  }
}
