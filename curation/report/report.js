"use strict";
(() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 25;
  const ADDRESS = /^https?:\/\/[^\s]+$/i;
  const at = (id) => document.getElementById(id);
  const [form, words, list, story] = ["filters", "words", "list", "story"].map(at);
  const CHOICES = {
    "outlet": (row) => [row.outlet || ""],
    "month": (row) => [row.published ? row.published.slice(0, 7) : "undated"],
    "language-of": (row) => [row.language || "unknown"],
    "reuse": (row) => [row.reuse || "not looked at"],
    "rule": (row) => [...new Set(row.body.filter(Array.isArray).map(([code]) => code))],
  };
  const rows = DATA.documents;
  const place = new Map(rows.map((row, number) => [row.id, number]));
  const values = Object.fromEntries(Object.entries(CHOICES).map(([name, of]) => [name, rows.map(of)]));
  const texts = new Array(rows.length);
  let found = [];
  let page = 0;
  let opened = "";

  // All text goes in as text: nothing here reads markup.
  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value !== undefined && value !== "") made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function link(address) {
    const properties = { href: address, rel: "noreferrer noopener nofollow", target: "_blank" };
    return ADDRESS.test(address) ? element("a", properties, address) : address;
  }

  function number(value) {
    return value.toLocaleString("en");
  }

  function named(code) {
    return `${code} ${DATA.rules[code] || ""}`.trim();
  }

  function fill(name, label) {
    const counts = new Map();
    for (const of of values[name]) for (const value of of) counts.set(value, (counts.get(value) || 0) + 1);
    const order = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
    if (name === "month") order.reverse();
    at(name).append(...order.map(([value, count]) =>
      element("option", { value }, `${label(value)} (${number(count)})`)));
  }

  function textOf(index) {
    if (texts[index] === undefined) {
      const row = rows[index];
      const body = row.body.map((piece) => (Array.isArray(piece) ? piece[1] : piece)).join("");
      texts[index] = `${row.title || ""}\n${body}`.toLowerCase();
    }
    return texts[index];
  }

  function search() {
    const asked = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = Object.keys(CHOICES).map((name) => [values[name], at(name).value]).filter(([, value]) => value);
    const copied = at("copied").checked;
    found = [];
    for (let index = 0; index < rows.length; index += 1) {
      if (copied && !rows[index].copies.length) continue;
      if (!chosen.every(([of, value]) => of[index].includes(value))) continue;
      if (asked.length && !asked.every((word) => textOf(index).includes(word))) continue;
      found.push(index);
    }
    page = 0;
    show();
  }

  function show() {
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    const first = page * PAGE;
    const shown = found.slice(first, first + PAGE);
    list.replaceChildren(...shown.map((index) => entry(rows[index])));
    at("found").textContent = found.length
      ? `${number(first + 1)} to ${number(first + shown.length)} of ${number(found.length)}`
        + (found.length < rows.length ? `, out of ${number(rows.length)} documents` : " documents")
      : "No document is like this; clear a filter.";
    at("pages").hidden = pages === 1;
    at("place").textContent = `page ${number(page + 1)} of ${number(pages)}`;
    at("back").disabled = page === 0;
    at("on").disabled = page === pages - 1;
  }

  function entry(row) {
    const about = [row.outlet, row.published ? row.published.slice(0, 10) : "undated", `${number(row.words || 0)} words`];
    if (row.copies.length) about.push(row.copies.length === 1 ? "1 copy" : `${row.copies.length} copies`);
    return element("li", {}, element(
      "a", { "href": `#document-${row.id}`, "aria-current": row.id === opened ? "true" : undefined },
      element("span", { class: "title", dir: "auto" }, row.title || "(no title)"),
      element("span", { class: "about" }, about.join(" · ")),
    ));
  }

  function turn(step) {
    const last = Math.ceil(found.length / PAGE) - 1;
    const next = Math.min(Math.max(page + step, 0), Math.max(0, last));
    if (next === page) return false;
    page = next;
    show();
    return true;
  }

  // Each line of the text before any cut: its pieces as [code, text], the code empty for what stays.
  function linesOf(body) {
    const lines = [[]];
    for (const piece of body) {
      const [code, text] = Array.isArray(piece) ? piece : ["", piece];
      text.split("\n").forEach((part, index) => {
        if (index) lines.push([]);
        if (part) lines[lines.length - 1].push([code, part]);
      });
    }
    return lines.filter((line) => line.length);
  }

  function before(line) {
    const paragraph = element("p", { dir: "auto" });
    line.forEach(([code, text], index) => {
      paragraph.append(code ? element("del", {}, text) : text);
      const last = code && (line[index + 1] || [""])[0] !== code;
      if (last) paragraph.append(element("span", { class: "code" }, named(code)));
    });
    return paragraph;
  }

  function after(line) {
    return element("p", { dir: "auto" }, line.filter(([code]) => !code).map(([, text]) => text).join(""));
  }

  function side(heading, paragraphs) {
    const made = element("section", { class: "side" }, element("h4", {}, heading), ...paragraphs);
    made.style.gridRow = `1 / span ${paragraphs.length + 1}`;
    return made;
  }

  function facts(row) {
    const captures = row.capture.map(([warc, offset, length, digest]) =>
      `${warc}, ${number(length)} bytes from ${number(offset)}, ${digest}`);
    const copies = row.copies.map(([outlet, address, time, kind, similarity]) => {
      const line = element("dd", {}, `${outlet}, ${time || "undated"}, ${kind} ${similarity.toFixed(2)} `);
      line.append(link(address));
      return line;
    });
    if (row.appearances - 1 > copies.length) {
      copies.push(element("dd", {}, `and ${number(row.appearances - 1 - copies.length)} more`));
    }
    const said = [
      ["address", row.url ? [element("dd", {}, link(row.url))] : []],
      ["found by", row.found ? [element("dd", {}, link(row.found))] : []],
      ["archive", captures.map((line) => element("dd", {}, line))],
      ["fetched", row.fetched ? [element("dd", {}, `${row.fetched} UTC`)] : []],
      ["read by", [element("dd", {}, [row.extractor, row.layout && `(${row.layout})`].filter(Boolean).join(" ") || "unknown")]],
      ["copies", copies],
      ["rights", row.rights.map((index) => element("dd", {}, DATA.statements[index]))],
      ["masks", row.masks ? [element("dd", {}, row.masks)] : []],
      ["split", row.split ? [element("dd", {}, row.split)] : []],
      ["id", [element("dd", {}, element("code", {}, row.id))]],
    ];
    return element("dl", { class: "facts" }, ...said.filter(([, of]) => of.length)
      .flatMap(([name, of]) => [element("dt", {}, name), ...of]));
  }

  function open(id) {
    const row = rows[place.get(id)];
    opened = id;
    for (const item of list.querySelectorAll("a")) {
      if (item.getAttribute("href") === `#document-${id}`) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    const lines = linesOf(row.body);
    const cuts = row.body.filter(Array.isArray);
    const taken = cuts.reduce((sum, [, text]) => sum + text.length, 0);
    const about = [
      row.outlet, row.published ? `${row.published} UTC` : "undated", row.authors, row.section, row.language,
      `${number(row.words || 0)} words`, row.reuse,
    ];
    const close = element("button", { type: "button", class: "close" }, "Close");
    close.addEventListener("click", shut);
    story.replaceChildren(
      close,
      element("h3", { id: "story-title", dir: "auto" }, row.title || "(no title)"),
      element("p", { class: "line", dir: "auto" }, about.filter(Boolean).join(" · ")),
      element("p", { class: "line" }, cuts.length
        ? `${number(cuts.length)} ${cuts.length === 1 ? "cut" : "cuts"} took ${number(taken)} characters; they are red`
          + " and struck through, with the code and name of the rule."
        : "Nothing was cut."),
      element("div", { class: "compare" },
        side("Before", lines.map(before)), side("After", lines.map(after))),
      facts(row),
    );
    story.hidden = false;
    story.focus({ preventScroll: true });
    story.scrollIntoView({ block: "start" });
  }

  function shut() {
    const id = opened;
    opened = "";
    story.hidden = true;
    history.replaceState(null, "", "#browser");
    for (const item of list.querySelectorAll("a")) item.removeAttribute("aria-current");
    (list.querySelector(`a[href="#document-${CSS.escape(id)}"]`) || words).focus();
  }

  function follow() {
    const id = decodeURIComponent(location.hash).replace(/^#document-/, "");
    if (location.hash.startsWith("#document-") && place.has(id)) open(id);
  }

  function step(by) {
    const items = [...list.querySelectorAll("a")];
    const standing = items.findIndex((item) => item === document.activeElement || (opened && item.hasAttribute("aria-current")));
    const next = standing + by;
    if (standing < 0) (by > 0 ? items[0] : items[items.length - 1])?.focus();
    else if (items[next]) items[next].focus();
    else if (turn(by)) [...list.querySelectorAll("a")].at(by > 0 ? 0 : -1).focus();
  }

  const KEYS = {
    "/": () => { words.focus(); words.select(); },
    "j": () => step(1),
    "k": () => step(-1),
    "n": () => { if (turn(1)) step(1); },
    "p": () => { if (turn(-1)) step(1); },
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && (opened || event.target === words)) {
      if (opened) shut();
      else step(1);
      event.preventDefault();
      return;
    }
    if (event.target.closest("input, select, textarea") || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  }

  fill("outlet", String);
  fill("month", String);
  fill("language-of", String);
  fill("reuse", String);
  fill("rule", named);
  let waiting = 0;
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  // A field that is left says so too; a list that is made anew then would lose the click that left it.
  form.addEventListener("change", (event) => { if (event.target !== words) search(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  form.addEventListener("reset", () => setTimeout(search));
  at("back").addEventListener("click", () => turn(-1));
  at("on").addEventListener("click", () => turn(1));
  document.addEventListener("keydown", press);
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  at("keys").hidden = false;
  search();
  follow();
})();
