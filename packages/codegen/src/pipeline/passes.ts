/**
 * A chain of named passes, each typed by the level it reads and the level it gives.
 *
 * Invariant: passes run in the order in which they stand; an observer sees the name and the result of each, so that tests
 * can verify and evaluate after every one of them, and blame it by name.
 */

/** Sees what each pass made. */
export type Observer = (pass: string, result: unknown) => void;

const unobserved: Observer = () => undefined;

export class Passes<From, To> {
  private constructor(private readonly runAll: (from: From, observe: Observer) => To) {}

  static start<T>(): Passes<T, T> {
    return new Passes<T, T>((from) => from);
  }

  /** The chain with one more pass at its end. */
  pass<Next>(name: string, run: (value: To) => Next): Passes<From, Next> {
    return new Passes((from, observe) => {
      const result = run(this.runAll(from, observe));
      observe(name, result);
      return result;
    });
  }

  /** This chain, and another one after it. */
  followedBy<Next>(passes: Passes<To, Next>): Passes<From, Next> {
    return new Passes((from, observe) => passes.runAll(this.runAll(from, observe), observe));
  }

  run(from: From, observe: Observer = unobserved): To {
    return this.runAll(from, observe);
  }
}
