/**
 * A contender in a process of its own, which answers lines: "check NAME" with numbers to compare, "time NAME CALLS" with a
 * sample.
 *
 * Invariant: only one contender computes at a time; an answer belongs to the line before it. What a process says when it
 * fails is in the error.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Contender } from "./interleave.js";
import type { Sample } from "./statistics.js";

export class Partner {
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  /** When the process is gone, and all that it said is read. */
  readonly #closed: Promise<void>;
  #complaint = "";

  private constructor(command: string, args: readonly string[]) {
    this.#command = command;
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error("bug: a process without pipes");
    this.#reader = createInterface({ input: stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    stderr.on("data", (text) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-2000);
    });
    this.#closed = new Promise((resolve) => {
      this.#child.on("close", () => resolve());
      this.#child.on("error", (error) => {
        this.#complaint = error.message;
        this.#reader.close();
        resolve();
      });
    });
    this.#child.stdin?.on("error", () => {}); // the process is gone: its last words are told by the next answer
  }

  /** A process that has said that it is ready, if it says so. */
  static async start(command: string, args: readonly string[], ready?: string): Promise<Partner> {
    const partner = new Partner(command, args);
    if (ready !== undefined) {
      const said = await partner.#next();
      if (said !== ready) throw new Error(said);
    }
    return partner;
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done !== true) return value;
    await this.#closed;
    throw new Error(`the process ended: ${this.#complaint.trim().split("\n").at(-1) || "without a word"}`);
  }

  async ask(line: string): Promise<unknown> {
    this.#child.stdin?.write(`${line}\n`);
    const answer = JSON.parse(await this.#next());
    if (typeof answer === "object" && answer !== null && "error" in answer) throw new Error(String(answer.error));
    return answer;
  }

  stop(): void {
    this.#reader.close();
    this.#child.kill();
  }

  /** The numbers by which answers are compared. */
  async check(what: string): Promise<readonly number[]> {
    return (await this.ask(`check ${what}`)) as readonly number[]; // that is what it answers
  }

  contender(name: string, what: string): Contender {
    // Cast: that is what the process answers.
    return { name, probe: this.#command, time: async (calls) => (await this.ask(`time ${what} ${calls}`)) as Sample };
  }
}
