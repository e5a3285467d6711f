/**
 * LoopPrograms of one computation, written by hand for the tests of eval, unroll and emission: what is unrolled, accumulated
 * and tiled. Invariant: each passes `verifyProgram`.
 */
import { type DType, type ScalarExpr, scalarBuilder as s } from "@tapeless/types/compiler";
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
import type { LoopProgram, Stmt } from "../nodes.js";
import { at, buffer, call, func, inline, program, scalar, size } from "./program-parts.js";

/** x'Mx and its gradient for n = 3 as loops that are to be unrolled, through two temporaries. */
export const quadraticForm = (dtype: DType = "f64"): LoopProgram => {
  const x = (index: string): ScalarExpr => load("x", at(index), dtype);
  const m = (index: string): ScalarExpr => load("m", at(index), dtype);
  return program("quadraticForm", {
    buffers: [
      programBuffer("x", "input", dtype, 3),
      programBuffer("m", "input", dtype, 9),
      programBuffer("g", "output", dtype, 3),
      programBuffer("mx", "arena", dtype, 3, 0),
      programBuffer("value", "arena", "f64", 1, 24),
    ],
    arena: 32,
    steps: [
      inline(
        loop(
          "i",
          3,
          [
            store("mx", at("i"), constant(0, dtype)),
            loop("j", 3, [accumulate("mx", at("i"), "sum", s.mul(m("3*i+j"), x("j")))], "full"),
          ],
          "full",
        ),
      ),
      inline(
        store("value", 0, constant(0, "f64")),
        loop("k", 3, [accumulate("value", 0, "sum", s.cast(s.mul(x("k"), load("mx", at("k"), dtype)), "f64"))], "full"),
      ),
      inline(
        loop(
          "p",
          3,
          [
            local("acc", constant(0, dtype)),
            loop("q", 3, [update("acc", "sum", s.mul(m("3*q+p"), x("q")))], "full"),
            store("g", at("p"), s.add(ref("acc", dtype), load("mx", at("p"), dtype))),
          ],
          "full",
        ),
      ),
    ],
    results: [{ kind: "Result", name: "loss", dtype, value: load("value", 0, "f64") }],
  });
};

/** sum(tanh(x · y)) over n elements with four accumulators and a rest, and the elementwise products kept. */
export const fourAccumulators = (): LoopProgram => {
  const product = (index: string): ScalarExpr => s.mul(load("x", at(index), "f32"), load("y", at(index), "f32"));
  const term = (name: string): ScalarExpr => s.tanh(ref(name, "f32"));
  const lanes = [0, 1, 2, 3];
  const whole: Stmt = {
    ...(loop(
      "i",
      at("n-3"),
      lanes.flatMap((lane) => [
        bind(`t${lane}`, product(`i+${lane}`)),
        store("products", at(`i+${lane}`), ref(`t${lane}`, "f32")),
        update(`acc${lane}`, "sum", s.cast(term(`t${lane}`), "f64")),
      ]),
    ) as Extract<Stmt, { kind: "For" }>), // loop() makes a For
    step: 4,
  };
  return program("sumTanh", {
    sizes: ["n"],
    scalars: [{ kind: "ScalarParam", name: "scale", dtype: "f32" }],
    buffers: [
      programBuffer("x", "input", "f32", at("n")),
      programBuffer("y", "input", "f32", at("n")),
      programBuffer("products", "output", "f32", at("n")),
      programBuffer("total", "arena", "f64", 1, 0),
    ],
    arena: 8,
    functions: [
      func(
        "sumTanh",
        "scale · Σ tanh(x · y), model.ts:3",
        [
          bufferParam("x", "input", "f32", at("n")),
          bufferParam("y", "input", "f32", at("n")),
          bufferParam("products", "output", "f32", at("n")),
          bufferParam("total", "arena", "f64", 1),
          { kind: "SizeParam", name: "n" },
          { kind: "SizeParam", name: "rest" },
          { kind: "ScalarParam", name: "scale", dtype: "f32" },
        ],
        [
          ...lanes.map((lane) => local(`acc${lane}`, constant(0, "f64"))),
          whole,
          {
            kind: "For",
            index: "r",
            from: at("n-rest"),
            to: at("n"),
            step: 1,
            unroll: "none",
            body: [
              bind("t", product("r")),
              store("products", at("r"), ref("t", "f32")),
              update("acc0", "sum", s.cast(term("t"), "f64")),
            ],
          },
          store(
            "total",
            0,
            s.mul(
              s.toF64(ref("scale", "f32")),
              s.add(s.add(ref("acc0", "f64"), ref("acc1", "f64")), s.add(ref("acc2", "f64"), ref("acc3", "f64"))),
            ),
          ),
        ],
      ),
    ],
    steps: [
      call(
        "sumTanh",
        buffer("x"),
        buffer("y"),
        buffer("products"),
        buffer("total"),
        size("n"),
        size("0*n"),
        scalar(ref("scale", "f32")),
      ),
    ],
    results: [{ kind: "Result", name: "loss", dtype: "f32", value: load("total", 0, "f64") }],
  });
};

/** c = a · b for 4×5 · 5×6 in tiles of 2×3, the panels packed into scratch: pack, micro-kernel, tile loop. */
export const tiledMatmul = (): LoopProgram => {
  const [rows, depth, columns] = [4, 5, 6];
  const cells = [0, 1].flatMap((i) => [0, 1, 2].map((j) => ({ i, j, name: `c${i}${j}` })));
  const micro = func(
    "micro2x3",
    "2×3 tile of a · b",
    [
      bufferParam("panelA", "scratch", "f64", rows * depth),
      bufferParam("panelB", "scratch", "f64", depth * 3),
      bufferParam("c", "output", "f32", rows * columns, true),
      { kind: "SizeParam", name: "from" },
    ],
    [
      ...cells.map(({ name }) => local(name, constant(0, "f64"))),
      loop("k", depth, [
        ...[0, 1].map((i) => bind(`a${i}`, load("panelA", at(`from+2*k+${i}`), "f64"))),
        ...[0, 1, 2].map((j) => bind(`b${j}`, load("panelB", at(`3*k+${j}`), "f64"))),
        ...cells.map(({ i, j, name }) => update(name, "sum", s.mul(ref(`a${i}`, "f64"), ref(`b${j}`, "f64")))),
      ]),
      ...cells.map(({ i, j, name }) => store("c", i * columns + j, s.toF32(ref(name, "f64")))),
    ],
  );
  const packA = func(
    "packA",
    "rows of a, two by two",
    [bufferParam("a", "input", "f32", rows * depth), bufferParam("panelA", "scratch", "f64", rows * depth)],
    [
      loop("t", rows / 2, [
        loop("k", depth, [
          loop(
            "i",
            2,
            [store("panelA", at(`${2 * depth}*t+2*k+i`), s.toF64(load("a", at(`${2 * depth}*t+${depth}*i+k`), "f32")))],
            "full",
          ),
        ]),
      ]),
    ],
  );
  const packB = func(
    "packB",
    "three columns of b",
    [bufferParam("b", "input", "f32", depth * columns, true), bufferParam("panelB", "scratch", "f64", depth * 3)],
    [
      loop("k", depth, [
        loop("j", 3, [store("panelB", at("3*k+j"), s.toF64(load("b", at(`${columns}*k+j`), "f32")))], "full"),
      ]),
    ],
  );
  const columnsOf = func(
    "columns3",
    "c[:, j…j+3] = a · b[:, j…j+3]",
    [bufferParam("b", "input", "f32", depth * columns, true), bufferParam("c", "output", "f32", rows * columns, true)],
    [
      call("packB", buffer("b")),
      loop("t", rows / 2, [call("micro2x3", buffer("c", at(`${2 * columns}*t`)), size(`${2 * depth}*t`))]),
    ],
  );
  return program("matmul", {
    buffers: [
      programBuffer("a", "input", "f32", rows * depth),
      programBuffer("b", "input", "f32", depth * columns),
      programBuffer("c", "output", "f32", rows * columns),
      programBuffer("panelA", "scratch", "f64", rows * depth),
      programBuffer("panelB", "scratch", "f64", depth * 3),
    ],
    functions: [micro, packA, packB, columnsOf],
    steps: [
      call("packA", buffer("a")),
      {
        kind: "RepeatSteps",
        index: "j",
        length: 2,
        body: [call("columns3", buffer("b", at("3*j")), buffer("c", at("3*j")))],
      },
    ],
  });
};
