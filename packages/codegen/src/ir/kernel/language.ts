/** KernelIR as text: one template a kind, from which print, parse, equality and visitors derive. */
import { defineLanguage, scalarGrammar } from "@tapeless/types/compiler";
import type { KernelNode } from "./nodes.js";

export const kernelLanguage = defineLanguage<KernelNode>(
  {
    Program: {
      KernelProgram: "program {name:ident} sizes({sizes:ident,}) buffers {buffers:Buffer;} steps {steps:Step;}",
    },
    Buffer: {
      Buffer:
        "{name:ident}: {space:ident} {dtype:ident}[{shape:size,}]{of:ident? of }{offset:size? at }{capacity:size? room }",
    },
    Step: {
      Kernel:
        "kernel {name:ident}({axes:Axis,}) {comment:str} spans({spans:span,}) {lets:Let;} writes {writes:Write;}{epilogue:Epilogue? then}{sweep:Sweep? sweep }",
      Repeat: "repeat {index:ident} to {length:size} {body:Step;}",
      Choose: "choose {selector:Expr} {branches:Branch;}",
      While:
        "while {condition:ident} counts {index:ident}{bound:size? most } stacks({stacks:ident,}) test {test:Step;} body {body:Step;}",
    },
    Epilogue: { Epilogue: "{lets:Let;} writes {writes:Write;}" },
    Sweep: { Sweep: "{direction:ident} {delays:Delay;}" },
    Delay: { Delay: "{name:ident}: {dtype:ident} before {of:ident}" },
    Branch: { Branch: "branch {steps:Step;}" },
    Axis: { Axis: "{name:ident}: {size:size}" },
    Let: { KernelLet: "let {name:ident} = {value:Expr}" },
    Write: { Write: "{combine:ident} {buffer:ident}[{index:size,}] keep {keep:flag} = {value:Expr}" },
    ...scalarGrammar,
  },
  {
    span: {
      print: (span: { file: string; line: number; column: number }) =>
        JSON.stringify(`${span.file}:${span.line}:${span.column}`),
      parse: (scanner) => {
        const [, file = "", line = "0", column = "0"] = /^(.*):(\d+):(\d+)$/.exec(scanner.string()) ?? [];
        return { file, line: Number(line), column: Number(column) } as never; // the slot's own type, by its printer
      },
    },
  },
);
