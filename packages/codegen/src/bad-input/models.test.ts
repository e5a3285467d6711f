/**
 * Models that are wrong, with the real DSL and the real compiler: what the user reads, and that nothing is written.
 *
 * Invariant: every row stands for the whole answer: first line, the excerpt of the line it names, what to do, exit code.
 */
import { describe, expect, test } from "vitest";
import type { Ran } from "../cli/testing/fake-compiler.js";
import { firstLine } from "../cli/testing/fixtures.js";
import { type RealProject, realProject } from "./testing/real-project.js";

const imports =
  'import { add, argmax, broadcastTo, concat, equal, f32, f64, fn, grad, greater, i32, jvp, matmul, max, mean, mul, oneHot, relu, reshape, scan, stopGradient, sum, valueAndGrad, vmap, where, type Tensor } from "tapeless";';

const good = `${imports}\nexport const good = fn({ x: f32([3]) }, ({ x }) => sum(x));\n`;

interface BadModel {
  readonly name: string;
  /** The model, from its second line on: the imports stand above it. */
  readonly model: string;
  /** Other files of the project. */
  readonly files?: Readonly<Record<string, string>>;
  /** The first line of the answer, which has the place. */
  readonly says: string;
  /** Part of what is to be done; it stands in the first line or below the excerpt. */
  readonly todo: string;
}

const place = /^(\S+?):(\d+):(\d+) {2}TL/;

/** The line that a message names, with the caret under its column. */
function excerptOf(project: RealProject, line: string): string {
  const [, file = "", row = "", column = ""] = place.exec(line) ?? [];
  if (file === "") return "";
  const source = project.read(file).split("\n")[Number(row) - 1];
  return `\n\n  ${row} | ${source}\n  ${" ".repeat(row.length)} | ${" ".repeat(Number(column) - 1)}^\n`;
}

const contents = (project: RealProject): readonly string[] =>
  project.files().map((file) => `${file}\n${project.read(file)}`);

/** Builds a good model, makes it bad, builds again. */
async function refused(row: BadModel, use: (project: RealProject, ran: Ran) => void): Promise<void> {
  const project = realProject({ "a.model.ts": good, ...row.files });
  try {
    expect(await project.cli("build")).toMatchObject({ code: 0, err: "" });
    project.write("a.model.ts", `${imports}\n${row.model}`);
    const before = contents(project);
    const ran = await project.cli("build");
    expect(contents(project)).toEqual(before);
    use(project, ran);
  } finally {
    project.remove();
  }
}

const check = (row: BadModel): Promise<void> =>
  refused(row, (project, { code, out, err }) => {
    expect([firstLine(err), code, out]).toEqual([row.says, 1, ""]);
    expect(err).toContain(excerptOf(project, row.says));
    expect(err).toContain(row.todo);
    expect(err.endsWith("\n") && !err.includes("\n\n\n")).toBe(true);
  });

const untyped = "a size is typed `number` or hidden by a cast";
const cube = "const cube = fn({ x: f32([]) }, ({ x }) => mul(x, x, x));\n";

const loading: readonly BadModel[] = [
  {
    name: "nothing to compile: exports that are no fn",
    model: "export const params = { w: f32([3]) }, rate = 0.1, body = (x: number) => x;",
    says: "a.model.ts  TL0110  exports no fn, so there is nothing to compile",
    todo: "export what shall be compiled: export const loss = fn({ … }, (input) => …)",
  },
  {
    name: "a model that throws inside a body",
    model:
      'export const f = fn({ x: f32([3]) }, ({ x }) => {\n  if (x) throw new RangeError("too few layers");\n  return x;\n});',
    says: "a.model.ts:3:16  TL0108  the model threw RangeError: too few layers",
    todo: "mend it so that it loads without an error",
  },
  {
    name: "a model that throws what is no error",
    model: "throw { reason: 1 };",
    says: "a.model.ts  TL0108  the model threw { reason: 1 }",
    todo: "mend it so that it loads without an error",
  },
  {
    name: "a mistake of the user's own",
    model: "const layers: any = undefined;\nexport const f = fn({ x: f32([3]) }, ({ x }) => layers.map(relu));",
    says: "a.model.ts:3:56  TL0108  the model threw TypeError: Cannot read properties of undefined (reading 'map')",
    todo: "mend it so that it loads without an error",
  },
  {
    name: "a default export",
    model: "export default fn({ x: f32([3]) }, ({ x }) => sum(x));",
    says: "a.model.ts:2:1  TL0111  a function to compile is exported as default and so has no name",
    todo: "name it: export const loss = fn({ … }, (input) => …)",
  },
  {
    name: "a name twice",
    model: `${cube}export { cube };\nexport { cube };`,
    says: "a.model.ts:4:10  TL0116  two exports have the name 'cube'",
    todo: "rename one of them",
  },
  {
    name: "names that clash in the generated module",
    model: `${cube}export { cube as loss, cube as lossInput };`,
    says: "a.model.ts:3:32  TL0118  the generated module would declare 'lossInput' twice, for 'loss' and for 'lossInput'",
    todo: "rename one of the two",
  },
  {
    name: "a reserved word",
    model: `${cube}export { cube as class };`,
    says: "a.model.ts:3:18  TL0113  the export name 'class' is a reserved word of JavaScript",
    todo: "choose another one",
  },
  {
    name: "a name of the generated module's own",
    model: "export const remember = fn({ x: f32([3]) }, ({ x }) => sum(x));",
    says: "a.model.ts:2:14  TL0114  the export name 'remember' is used by the generated module itself",
    todo: "choose another one",
  },
  {
    name: "a name that is no identifier",
    model: `${cube}export { cube as "d/dx" };`,
    says: 'a.model.ts:3:18  TL0112  the export name "d/dx" is no identifier',
    todo: "choose one of letters, digits, _ and $",
  },
  {
    name: "a dimension that is no name",
    model: 'export const f = fn({ x: f32(["batch size"]) }, ({ x }) => sum(x));',
    says: "a.model.ts:2:26  TL0390  f32: 'batch size' at axis 0 is no dimension; a dimension is a whole number, 0 or more, or a name of letters, digits and _",
    todo: "a name of letters",
  },
  {
    name: "a negative size",
    model: "const n: number = -1;\nexport const f = fn({ x: f32([n]) }, ({ x }) => sum(x));",
    says: "a.model.ts:3:26  TL0390  f32: size -1 at axis 0 is no dimension; a dimension is a whole number, 0 or more, or a name of letters, digits and _",
    todo: "a whole number",
  },
];

const shapes: readonly BadModel[] = [
  {
    name: "a size of type number",
    model:
      "const n: number = 783;\nexport const f = fn({ x: f32([2, 784]), w: f32([n, 10]) }, ({ x, w }) => {\n  const h = matmul(x, w);\n  return sum(h);\n});",
    says: "a.model.ts:4:13  TL0202  matmul: inner dimensions 784 and 783 differ",
    todo: untyped,
  },
  {
    name: "a cast",
    model:
      "export const f = fn({ x: f32([2, 3]), y: f32([4]) }, ({ x, y }) =>\n  sum(\n    add(x, y as unknown as Tensor<[3]>)));",
    says: "a.model.ts:4:5  TL0201  add: shapes [2, 3] and [4] do not broadcast (3 vs 4)",
    todo: untyped,
  },
  {
    name: "a size of type number in a call of another fn",
    model:
      "const inner = fn({ x: f32([2, 3]) }, ({ x }) => sum(x));\nconst n: number = 4;\nexport const f = fn({ x: f32([2, n]) }, (input) =>\n  inner(input));",
    says: "a.model.ts:5:3  TL0326  x: size 3 expected, got 4",
    todo: untyped,
  },
  {
    name: "a name that meets two sizes of type number",
    model:
      'const inner = fn({ x: f32(["n"]), y: f32(["n"]) }, ({ x, y }) => sum(mul(x, y)));\nconst [a, b]: number[] = [4, 5];\nexport const f = fn({ x: f32([a!]), y: f32([b!]) }, (input) => inner(input));',
    says: "a.model.ts:4:64  TL0327  dimension 'n' is both 4 and 5",
    todo: untyped,
  },
  {
    name: "a reshape of a size of type number",
    model: "const n: number = 7;\nexport const f = fn({ x: f32([2, 3]) }, ({ x }) => reshape(x, [n]));",
    says: "a.model.ts:3:52  TL0220  reshape: [2, 3] has 6 elements but [7] has 7",
    todo: untyped,
  },
  {
    name: "dtypes that differ behind a cast",
    model: "export const f = fn({ x: f32([3]), y: f64([3]) }, ({ x, y }) => add(x, y as unknown as Tensor<[3]>));",
    says: "a.model.ts:2:65  TL0250  add: f32 and f64 differ; cast one of them",
    todo: "cast one of them",
  },
  {
    name: "the largest of nothing",
    model: "export const f = fn({ x: f32([3, 0]) }, ({ x }) => max(x, 1));",
    says: "a.model.ts:2:52  TL0234  max: [3, 0] has no element to take the max of",
    todo: untyped,
  },
  {
    name: "a helper file of the user's, which calls the op",
    model:
      'import { dense } from "./lib/layers.js";\n\nconst n: number = 5;\nexport const f = fn({ x: f32([2, 4]), w: f32([n, 3]) }, ({ x, w }) => dense(x, w));',
    files: {
      "lib/layers.ts":
        'import { matmul, relu, type Tensor } from "tapeless";\n\n/** A layer. */\nexport function dense<A>(x: A, w: Tensor): Tensor {\n  const y: any = x;\n  return relu(matmul(y, w));\n}\n',
    },
    says: "lib/layers.ts:6:15  TL0202  matmul: inner dimensions 4 and 5 differ",
    todo: untyped,
  },
  {
    name: "a composition of the DSL: the user's call, not the op inside",
    model: "export const f = fn({ x: f32([2, 3]) }, ({ x }) => mean(x, 5 as 1));",
    says: "a.model.ts:2:52  TL0210  mean: axis 5 is out of range for shape [2, 3]",
    todo: untyped,
  },
  {
    name: "two dimensions that one length cannot tell apart, and an input where the caller would say them",
    model: 'export const f = fn({ sizes: f32(["n", "m"]) }, ({ sizes }) => sum(sizes));',
    says: "a.model.ts:2:14  TL0400  f: no input tells the size of n by its length, and 'sizes', where the caller would say it, is an input; rename that, or add an input that tells",
    todo: "the compiler cannot do this yet",
  },
];

const traces: readonly BadModel[] = [
  {
    name: "a tensor of a finished function",
    model:
      "let kept: any;\nexport const f = fn({ x: f32([3]) }, ({ x }) => {\n  kept = relu(x);\n  return sum(x);\n});\nexport const g = fn({ y: f32([3]) }, ({ y }) =>\n  sum(mul(y, kept)));",
    says: "a.model.ts:8:7  TL0381  a tensor of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
    todo: "pass it in as an input",
  },
  {
    name: "a tensor of a finished function as the result",
    model:
      "let kept: any;\nexport const f = fn({ x: f32([3]) }, ({ x }) => sum((kept = relu(x))));\nexport const g = fn({ y: f32([3]) }, () => kept);",
    says: "a.model.ts:4:18  TL0381  a tensor of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
    todo: "pass it in as an input",
  },
  {
    name: "a tensor of a loop's body outside of the loop",
    model:
      "export const f = fn({ xs: f32([4, 3]), h: f32([3]) }, ({ xs, h }) => {\n  let inside: any;\n  const [last] = scan((c, x) => [(inside = add(c, x)), null], h, xs);\n  return add(last, inside);\n});",
    says: "a.model.ts:5:10  TL0381  a tensor of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
    todo: "pass it in as an input",
  },
  {
    name: "a declaration as an operand",
    model: "const w = f32([3]);\nexport const f = fn({ x: f32([3]) }, ({ x }) => sum(mul(x, w)));",
    says: "a.model.ts:3:53  TL0383  mul: f32[3] is a declaration, not a value; use what the body is given",
    todo: "use what the body is given",
  },
  {
    name: "an op outside of every body",
    model:
      "const two = relu(2);\nexport const f = fn({ x: f32([3]) }, ({ x }) => sum(mul(x, 2)));\nexport const g = fn({ x: f32([3]) }, ({ x }) => mul(two, x));",
    says: "a.model.ts:2:13  TL0384  relu: called outside of a function body; wrap it in fn({ … }, (input) => …)",
    todo: "wrap it in fn",
  },
  {
    name: "a function exported that uses a tensor of the one around it",
    model:
      "const kept: { f?: any } = {};\nexport const outer = fn({ x: f32([3]) }, ({ x }) => {\n  kept.f = fn({ y: f32([3]) }, ({ y }) => sum(mul(x, y)));\n  return kept.f({ y: x });\n});\nexport const leaked = kept.f;",
    says: "a.model.ts:7:14  TL0389  'leaked' uses a tensor of the function around it, so it cannot be exported; pass the tensor in as an input",
    todo: "pass the tensor in as an input",
  },
  {
    name: "a result that is no tensor",
    model: "export const f = fn({ x: f32([3]) }, (async ({ x }: { x: Tensor<[3]> }) => sum(x)) as never);",
    says: "a.model.ts:2:18  TL0385  result: a tensor is expected, got a Promise",
    todo: "a tensor is expected",
  },
  {
    name: "an operand that is an array",
    model: "export const f = fn({ x: f32([3]) }, ({ x }) => add(x, [1, 2, 3] as never));",
    says: "a.model.ts:2:49  TL0382  add: an operand must be a tensor or a number, got an array",
    todo: "must be a tensor or a number",
  },
  {
    name: "an input that is no declaration",
    model: "export const f = fn({ params: { w: 3 as never } }, ({ params }) => params.w);",
    says: "a.model.ts:2:18  TL0387  fn: input 'params.w' must be declared as a tensor, such as f32([3]), got a number",
    todo: "such as f32([3])",
  },
  {
    name: "a donated input that is not there",
    model: 'export const f = fn({ x: f32([3]) }, ({ x }) => relu(x), { donate: ["y" as "x"] });',
    says: "a.model.ts:2:18  TL0388  fn: donate names 'y', but there is no such input; there is x",
    todo: "there is x",
  },
];

const transformations: readonly BadModel[] = [
  {
    name: "the gradient of a vector",
    model: "const f: any = fn({ x: f32([3]) }, ({ x }) => relu(x));\nexport const g = grad(f);",
    says: "a.model.ts:3:18  TL0330  grad: the result must be a scalar of f32 or f64, but it is f32[3]; reduce it with sum or mean, or use vjp",
    todo: "reduce it with sum or mean",
  },
  {
    name: "the gradient of an integer",
    model: "const f: any = fn({ x: f32([3]) }, ({ x }) => argmax(x));\nexport const g = valueAndGrad(f);",
    says: "a.model.ts:3:18  TL0330  valueAndGrad: the result must be a scalar of f32 or f64, but it is i32[]; reduce it with sum or mean, or use vjp",
    todo: "reduce it with sum or mean",
  },
  {
    name: "an integer in wrt",
    model: 'const f = fn({ x: f32([3]), k: i32([3]) }, ({ x }) => sum(x));\nexport const g =\n  grad(f, "k" as "x");',
    says: "a.model.ts:4:3  TL0335  grad: 'k' holds integer tensors, which have no gradient; leave it out, or make them an input of their own",
    todo: "leave it out",
  },
  {
    name: "an unknown name in wrt",
    model:
      'const f = fn({ x: f32([3]), y: f32([3]) }, ({ x }) => sum(x));\nexport const g = valueAndGrad(f, ["x", "z" as "y"]);',
    says: "a.model.ts:3:18  TL0334  valueAndGrad: there is no input 'z'; there is 'x' and 'y'",
    todo: "there is 'x' and 'y'",
  },
  {
    name: "an op without a derivative on the path",
    model:
      "const f = fn({ x: f32([3]) }, ({ x }) => {\n  const best = argmax(x);\n  return sum(oneHot(best, 3));\n});\nexport const g = grad(f);",
    says: "a.model.ts:3:16  TL0392  grad: the result depends on the input only through argmax, which has no derivative (an index is piecewise constant); use a smooth function in its place",
    todo: "use a smooth function in its place",
  },
  {
    name: "a step function on the path, in a function that is called",
    model:
      "const step = fn({ x: f32([3]) }, ({ x }) =>\n  where(greater(x, 0), 1, 0));\nexport const g = grad(fn({ x: f32([3]) }, (input) => sum(step(input))));",
    says: "a.model.ts:3:9  TL0392  grad: the result depends on the input only through greater, which has no derivative (a comparison is piecewise constant); use a smooth function in its place",
    todo: "use a smooth function in its place",
  },
  {
    name: "something that is no function",
    model: "export const g = grad(((x: number) => x) as never);",
    says: "a.model.ts:2:18  TL0386  grad: a function made by fn or by a transformation is expected, got function",
    todo: "made by fn",
  },
  {
    name: "an axis of vmap out of range",
    model: "const f = fn({ x: f32([3]) }, ({ x }) => sum(x));\nexport const g = vmap(f, 4, { x: 5 as 1 });",
    says: "a.model.ts:3:18  TL0341  vmap: axis 5 is out of range for x of shape [3]",
    todo: "out of range",
  },
  {
    name: "a carry that changes",
    model:
      "export const f = fn({ xs: f32([4, 3]) }, ({ xs }) =>\n  scan((c, x) => [x as unknown as typeof c, null], sum(xs), xs)[0]);",
    says: "a.model.ts:3:3  TL0350  scan: carry has shape [] going in but [3] coming out",
    todo: "going in",
  },
];

describe.each([
  ["loading", loading],
  ["shapes", shapes],
  ["traces", traces],
  ["transformations", transformations],
])("%s", (_, rows) => {
  test.each(rows)("$name", check);
});
