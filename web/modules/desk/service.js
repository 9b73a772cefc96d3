// Requests to the register. Writes carry the page's CSRF token; refusals become `Refused` with the server's own words.
/** @import {Change, Draft} from "./types.d.ts" */

const token = document.querySelector("meta[name=csrf], meta[name=csrf-token]")?.getAttribute("content") ?? "";
const language = document.documentElement.lang;
const KEEPALIVE_BYTES = 60_000; // browsers let 64 KB outlive a page

/** The server said no. `problem` is its document, `status` 0 where it was not reached. */
export class Refused extends Error {
  /** @param {number} status @param {Record<string, any>} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
async function ask(path, options = {}) {
  const { headers, ...rest } = options;
  const writing = rest.method && rest.method !== "GET" ? { "X-CSRF-Token": token } : undefined;
  let response;
  try {
    response = await fetch(path, { ...rest, headers: { Accept: "application/json", "Accept-Language": language, ...writing, ...headers } });
  } catch (error) {
    throw new Refused(0, { detail: String(error) });
  }
  const text = await response.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    if (response.ok) throw new Refused(response.status, { title: response.statusText });
  }
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

/** @param {string} path @param {string} method @param {unknown} body @param {RequestInit} [options] */
const send = (path, method, body, { headers, ...options } = {}) =>
  ask(path, { ...options, method, body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });

/** @param {number} id @returns {Promise<Change>} */
export const readChange = (id) => ask(`/changes/${id}`, { cache: "no-store" });

/** @param {number} id @param {number} edit the draft it was made from @param {Draft} draft @returns {Promise<Change>} */
export const saveDraft = (id, edit, draft) =>
  send(`/changes/${id}/draft`, "PUT", draft, { headers: { "If-Match": `"${edit}"` } });

/** Sends a save that may outlive the page; false where it is too large for that.
 * @param {number} id @param {number} edit @param {Draft} draft */
export function saveAtLast(id, edit, draft) {
  const body = JSON.stringify(draft);
  if (new Blob([body]).size > KEEPALIVE_BYTES) return false;
  const headers = { "Content-Type": "application/json", "If-Match": `"${edit}"`, "X-CSRF-Token": token };
  fetch(`/changes/${id}/draft`, { method: "PUT", body, headers, keepalive: true }).catch(() => {});
  return true;
}

/** @param {number} id @returns {Promise<Change>} */
export const submitChange = (id) => send(`/changes/${id}/submit`, "POST", {});

/** A preview, or the same taken as the change's outline. @param {string} path @param {FormData | Record<string, unknown>} body */
export const propose = (path, body) => (body instanceof FormData ? ask(path, { method: "POST", body }) : send(path, "POST", body));

/** Features of a collection within a box. @param {string} collection @param {number[]} box west, south, east, north
 * @param {Record<string, string>} parameters */
export const readItems = (collection, box, parameters) =>
  ask(`/collections/${collection}/items?${new URLSearchParams({ bbox: box.map((v) => v.toFixed(6)).join(","), f: "json", ...parameters })}`);
