/** LoopPrograms written by hand, for the tests of eval, unroll and emission. Invariant: each passes `verifyProgram`. */
import {
  addSize,
  type DType,
  mulSize,
  namedSize,
  parseSize,
  type ScalarExpr,
  type Size,
  scalarBuilder as s,
} from "@tapeless/types/compiler";
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
import type { Arg, BufferArg, CallFunction, LoopFunction, LoopProgram, Param, ProgramStep, Stmt } from "../nodes.js";

export const at = (text: string): Size => parseSize(text);

export const func = (name: string, comment: string, params: readonly Param[], body: readonly Stmt[]): LoopFunction => ({
  kind: "LoopFunction",
  name,
  comment,
  params,
  body,
});

export const buffer = (name: string, offset: Size = 0): BufferArg => ({ kind: "BufferArg", buffer: name, offset });
export const size = (text: string): Arg => ({ kind: "SizeArg", value: at(text) });
export const scalar = (value: ScalarExpr): Arg => ({ kind: "ScalarArg", value });
export const call = (name: string, ...args: readonly Arg[]): CallFunction => ({
  kind: "CallFunction",
  function: name,
  args,
});
export const inline = (...body: readonly Stmt[]): ProgramStep => ({ kind: "Inline", body });

/** A choice between lists of steps. */
export const choice = (selector: ScalarExpr, ...branches: readonly (readonly ProgramStep[])[]): ProgramStep => ({
  kind: "ChooseSteps",
  selector,
  branches: branches.map((steps) => ({ kind: "StepBranch", steps })),
});

export const program = (name: string, parts: Partial<LoopProgram>): LoopProgram => ({
  kind: "LoopProgram",
  name,
  sizes: [],
  scalars: [],
  buffers: [],
  functions: [],
  steps: [],
  results: [],
  arena: 0,
  ...parts,
});

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
