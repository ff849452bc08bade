// The same as jobs.py for wtf_wikipedia: one JSON object a line in, one a line out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2] + "/");
const wtf = require("wtf_wikipedia");
let corpora = {};

function answer(request) {
  if (request.load) {
    corpora = JSON.parse(readFileSync(request.load, "utf8"));
    return {};
  }
  if (request.version) return { version: wtf.version };
  const before = process.cpuUsage();
  for (const [, text] of corpora[request.corpus]) wtf(text).json();
  const used = process.cpuUsage(before);
  return { seconds: (used.user + used.system) / 1e6, rss: process.resourceUsage().maxRSS };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = answer(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
}
