// What the page asks of its server. A refusal is a Problem whose message can be shown; only a write carries the key.

import { settings, word } from "./dom.js";

export class Problem extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Problem(word("no_answer"));
  }
  const said = await answer.text();
  if (answer.ok) return JSON.parse(said);
  let problem = said;
  try {
    problem = JSON.parse(said).problem ?? said;
  } catch {
    // a refusal of the gate is plain text
  }
  throw new Problem(problem);
}

export function read(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined));
  return ask(`${path}?${query}`, {});
}

export function write(path, body = {}) {
  const headers = { "content-type": "application/json", "x-hkinno-key": settings.key };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}
