// What the server's checks found: each with its severity in words, a way to its place, and for a warning the reason.
/** @import {Issue, State} from "./types.d.ts" */
import { element, say } from "./texts.js";
/** @import {History} from "./history.js" */

/** A list of issues. @param {Issue[]} issues @param {(issue: Issue) => void} [go] @returns {HTMLElement[]} */
export function listIssues(issues, go) {
  return issues.map((issue) => {
    const item = document.createElement("li");
    item.className = `issue ${issue.severity}`;
    const word = document.createElement("strong");
    word.textContent = say(issue.severity === "error" ? "error" : "warning");
    const text = document.createElement("span");
    const where = issue.row ? `${say("row", { row: issue.row })}: ` : "";
    text.textContent = where + issue.message;
    item.append(word, " ", text);
    if (go && (issue.field || issue.place || issue.row)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = say("show_place");
      button.addEventListener("click", () => go(issue));
      item.append(" ", button);
    }
    return item;
  });
}

export class Review {
  /** @param {History<State>} history @param {boolean} mayEdit @param {boolean} maySubmit
   * @param {(issue: Issue) => void} go @param {() => Promise<void>} submit */
  constructor(history, mayEdit, maySubmit, go, submit) {
    this.history = history;
    this.mayEdit = mayEdit;
    this.maySubmit = maySubmit;
    this.go = go;
    /** @type {Issue[]} */ this.issues = [];
    this.list = element("issue-list", HTMLElement);
    this.button = element("submit", HTMLButtonElement);
    this.button.addEventListener("click", () => {
      if (this.button.getAttribute("aria-disabled") !== "true") void submit();
    });
  }

  /** @param {Issue[]} issues */
  show(issues) {
    this.issues = issues;
    const said = new Set();
    this.list.replaceChildren(
      ...listIssues(issues, this.go).map((item, i) => {
        const { code, severity } = issues[i];
        if (severity === "warning" && !said.has(code)) item.append(this.reason(code));
        said.add(code);
        return item;
      }),
    );
    this.refresh();
  }

  /** @param {string} code @returns {HTMLElement} */
  reason(code) {
    const label = document.createElement("label");
    label.textContent = say("reason");
    const input = document.createElement("input");
    input.dataset.reason = code;
    input.disabled = !this.mayEdit;
    input.addEventListener("input", () => {
      const { now } = this.history;
      this.history.commit({ ...now, reasons: { ...now.reasons, [code]: input.value } }, `reason ${code}`);
    });
    label.append(input);
    return label;
  }

  /** What follows from the state: the reasons, and whether it can be sent. */
  refresh() {
    const { reasons } = this.history.now;
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (this.list.querySelectorAll("[data-reason]"))) {
      const text = reasons[input.dataset.reason ?? ""] ?? "";
      if (input.value !== text) input.value = text;
    }
    const errors = this.issues.filter((one) => one.severity === "error").length;
    const open = this.issues.filter((one) => one.severity === "warning" && !reasons[one.code]?.trim()).length;
    const why = !this.maySubmit ? say("may_not_submit")
      : errors ? say("errors_left", { count: errors })
      : open ? say("reasons_left", { count: open })
      : say("ready");
    this.button.setAttribute("aria-disabled", String(!this.maySubmit || errors + open > 0));
    element("submit-why", HTMLElement).textContent = why;
    element("issue-count", HTMLElement).textContent = this.issues.length ? String(this.issues.length) : "";
    element("no-issues", HTMLElement).hidden = this.issues.length > 0;
  }
}
