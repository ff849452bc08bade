// Search by the beginnings of words.  Loads the shard of the first two letters typed;
// search/starts.js, loaded after this file, tells which shards there are.
"use strict";
const form = document.querySelector("form[role=search]");
const field = document.getElementById("q");
const list = document.getElementById("results");
const status = document.getElementById("found");
const shards = new Map();
const known = new Set();
const most = 50;

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", search);

function fold(text) {
  return text.normalize("NFKD").toLowerCase().replace(/["'׳״’”\p{Mn}]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function found([start, rows]) {
  shards.set(start, rows);
  search();
}

function starts(list) {
  for (const start of list) known.add(start);
  search();
}

function load(start) {
  if (shards.has(start)) return;
  if (!known.has(start)) {
    shards.set(start, []);
    return;
  }
  shards.set(start, null);
  const script = document.createElement("script");
  const name = Array.from(start, (c) => c.codePointAt(0).toString(16).padStart(4, "0")).join("-");
  script.src = `search/${name}.js`;
  document.head.append(script);
}

function search() {
  const words = fold(field.value).split(" ");
  const start = Array.from(words.find((word) => Array.from(word).length > 1) ?? "").slice(0, 2).join("");
  list.replaceChildren();
  status.textContent = "";
  if (!start) return;
  load(start);
  const rows = shards.get(start);
  if (!rows) return;
  const hits = rows.filter(([, folded]) => words.every((word) => ` ${folded}`.includes(` ${word}`)));
  // The page asked for, then what begins so, then what holds the words; shorter names first.
  const query = words.join(" ");
  const rank = ([, folded]) => folded === query ? 0 : folded.startsWith(query) ? 1 : 2;
  hits.sort((a, b) => rank(a) - rank(b) || a[1].length - b[1].length || (a[1] < b[1] ? -1 : 1));
  for (const [title, , path] of hits.slice(0, most)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const words = document.createElement("bdi");
    words.textContent = title;
    link.href = path;
    link.append(words);
    item.append(link);
    list.append(item);
  }
  const more = hits.length > most ? ` (${status.dataset.more} ${hits.length - most})` : "";
  status.textContent = hits.length ? `${status.dataset.found} ${hits.length}${more}` : status.dataset.none;
}
