/**
 * LoopPrograms of several steps, written by hand: kernels used twice, loops of calls, memory that is taken over. Invariant: each
 * passes `verifyProgram`.
 */
import { addSize, mulSize, namedSize, scalarBuilder as s } from "@tapeless/types/compiler";
import {
  accumulate,
  bind,
  bufferParam,
  constant,
  load,
  local,
  loop,
  programBuffer,
  ref,
  store,
  update,
} from "../build.js";
import type { LoopFunction, LoopProgram } from "../nodes.js";
import { at, buffer, call, func, inline, program, scalar, size } from "./program-parts.js";

/** Row maxima and their distances, over a named batch: arena temporaries at computed offsets, a kernel used twice. */
export const batchRows = (): LoopProgram => {
  const width = 3;
  const rowMax = (name: string): LoopFunction =>
    func(
      name,
      `max over rows (${name}), model.ts:7`,
      [
        bufferParam("x", "input", "f32", mulSize(namedSize("rows"), width), true),
        bufferParam("y", "arena", "f32", namedSize("rows")),
        { kind: "SizeParam", name: "rows" },
      ],
      [
        loop("i", namedSize("rows"), [
          local("m", constant(Number.NEGATIVE_INFINITY, "f32")),
          loop("j", width, [update("m", "max", load("x", at(`${width}*i+j`), "f32"))]),
          store("y", at("i"), ref("m", "f32")),
        ]),
      ],
    );
  const other = rowMax("rowMax2");
  const renamed: LoopFunction = { ...other, params: other.params };
  return program("batchRows", {
    sizes: ["batch"],
    buffers: [
      programBuffer("x", "input", "f32", at("3*batch")),
      programBuffer("label", "input", "i32", at("batch")),
      programBuffer("spread", "output", "f32", at("batch")),
      programBuffer("big", "output", "bool", at("batch")),
      programBuffer("hi", "arena", "f32", at("batch"), 8),
      programBuffer("lo", "arena", "f32", at("batch"), at("8*batch+8")),
      programBuffer("count", "arena", "i32", 1, 0),
    ],
    arena: at("16*batch+8"),
    functions: [
      rowMax("rowMax"),
      renamed,
      func(
        "finish",
        "spread = max - x[label]; big = spread > 1 and label is even",
        [
          bufferParam("x", "input", "f32", at("3*n")),
          bufferParam("label", "input", "i32", at("n")),
          bufferParam("hi", "arena", "f32", at("n")),
          bufferParam("lo", "arena", "f32", at("n")),
          bufferParam("spread", "output", "f32", at("n")),
          bufferParam("big", "output", "bool", at("n")),
          bufferParam("count", "arena", "i32", 1),
          { kind: "SizeParam", name: "n" },
        ],
        [
          local("seen", constant(0, "i32")),
          loop("i", at("n"), [
            bind("row", load("label", at("i"), "i32")),
            bind(
              "d",
              s.sub(
                load("hi", at("i"), "f32"),
                s.select(
                  s.equal(load("lo", at("i"), "f32"), 0),
                  constant(0, "f32"),
                  load("x", addSize(at("3*i"), at("row")), "f32"),
                ),
              ),
            ),
            bind("even", s.equal(s.rem(ref("row", "i32"), 2), 0)),
            store("spread", at("i"), ref("d", "f32")),
            store("big", at("i"), s.and(s.greater(ref("d", "f32"), 1), ref("even", "bool"))),
            update("seen", "sum", s.cast(load("big", at("i"), "bool"), "i32")),
          ]),
          store("count", 0, ref("seen", "i32")),
        ],
      ),
    ],
    steps: [
      call("rowMax", buffer("x"), buffer("hi"), size("batch")),
      call("rowMax2", buffer("x"), buffer("lo"), size("batch")),
      call(
        "finish",
        buffer("x"),
        buffer("label"),
        buffer("hi"),
        buffer("lo"),
        buffer("spread"),
        buffer("big"),
        buffer("count"),
        size("batch"),
      ),
    ],
    results: [{ kind: "Result", name: "count", dtype: "i32", value: load("count", 0, "i32") }],
  });
};

/** A recurrence over six steps of two elements, weights from outside; the state is kept for every step. */
export const recurrence = (): LoopProgram =>
  program("recurrence", {
    buffers: [
      programBuffer("start", "input", "f64", 2),
      programBuffer("w", "input", "f64", 4),
      programBuffer("last", "output", "f64", 2),
      programBuffer("states", "arena", "f64", 14, 0),
    ],
    arena: 112,
    functions: [
      func(
        "step",
        "s' = tanh(w · s)",
        [
          bufferParam("s", "arena", "f64", 2),
          bufferParam("w", "input", "f64", 4),
          bufferParam("next", "arena", "f64", 2),
        ],
        [
          loop("i", 2, [
            store("next", at("i"), constant(0, "f64")),
            loop("j", 2, [
              accumulate("next", at("i"), "sum", s.mul(load("w", at("2*i+j"), "f64"), load("s", at("j"), "f64"))),
            ]),
            store("next", at("i"), s.tanh(load("next", at("i"), "f64"))),
          ]),
        ],
      ),
    ],
    steps: [
      inline(loop("i", 2, [store("states", at("i"), load("start", at("i"), "f64"))])),
      {
        kind: "RepeatSteps",
        index: "t",
        length: 6,
        body: [call("step", buffer("states", at("2*t")), buffer("w"), buffer("states", at("2*t+2")))],
      },
      inline(loop("o", 2, [store("last", at("o"), load("states", at("o+12"), "f64"))])),
    ],
  });

/** p - lr · g, where p's memory may be taken over; a counter of steps comes and goes as a number. */
export const descend = (): LoopProgram =>
  program("descend", {
    scalars: [
      { kind: "ScalarParam", name: "lr", dtype: "f32" },
      { kind: "ScalarParam", name: "t", dtype: "i32" },
    ],
    buffers: [
      programBuffer("p", "input", "f32", 4),
      programBuffer("g", "input", "f32", 4),
      programBuffer("next", "output", "f32", 4),
    ],
    functions: [
      func(
        "descend",
        "p - lr · g",
        [
          bufferParam("p", "input", "f32", 4),
          bufferParam("g", "input", "f32", 4),
          bufferParam("next", "output", "f32", 4),
          { kind: "ScalarParam", name: "lr", dtype: "f32" },
        ],
        [
          loop("i", 4, [
            store(
              "next",
              at("i"),
              s.sub(load("p", at("i"), "f32"), s.mul(ref("lr", "f32"), load("g", at("i"), "f32"))),
            ),
          ]),
        ],
      ),
    ],
    steps: [call("descend", buffer("p"), buffer("g"), buffer("next"), scalar(ref("lr", "f32")))],
    results: [{ kind: "Result", name: "count", dtype: "i32", value: s.add(ref("t", "i32"), 1) }],
  });
