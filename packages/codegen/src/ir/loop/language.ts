/** LoopIR as text: one template a kind, from which print, parse, equality and visitors derive. */
import { defineLanguage, scalarGrammar } from "@tapeless/types/compiler";
import type { LoopNode } from "./nodes.js";

export const loopLanguage = defineLanguage<LoopNode>({
  Program: {
    LoopProgram:
      "program {name:ident} sizes({sizes:ident,}) scalars({scalars:Param,}) arena {arena:size} buffers {buffers:Storage;} functions {functions:Function;} steps {steps:Step;} results {results:Result;}",
  },
  Storage: { ProgramBuffer: "{name:ident}: {space:ident} {dtype:ident} x {size:size}{offset:size? at }" },
  Step: {
    CallFunction: "call {function:ident}({args:Arg,})",
    RepeatSteps: "repeat {index:ident} to {length:size} {body:Step;}",
    ChooseSteps: "choose {selector:Expr} {branches:Branch;}",
    WhileSteps: "while {condition:Expr} counts {index:ident}{bound:size? most } test {test:Step;} body {body:Step;}",
    Reserve: "reserve {buffer:ident} for {size:size} keep {keep:flag}",
    Inline: "inline {body:Stmt;}",
  },
  Branch: { StepBranch: "branch {steps:Step;}" },
  Result: { Result: "{name:ident}: {dtype:ident} = {value:Expr}" },
  Arg: {
    BufferArg: "buffer {buffer:ident} from {offset:size}",
    SizeArg: "size {value:size}",
    ScalarArg: "scalar {value:Expr}",
  },
  Function: { LoopFunction: "function {name:ident}({params:Param,}) {comment:str} {body:Stmt;}" },
  Param: {
    BufferParam: "buffer {name:ident}: {space:ident} {dtype:ident} x {size:size} offset {offset:flag}",
    ScalarParam: "scalar {name:ident}: {dtype:ident}",
    SizeParam: "size {name:ident}",
  },
  Stmt: {
    For: "for {index:ident} = {from:size} to {to:size} step {step:num} unroll {unroll:ident} {body:Stmt;}",
    If: "if {condition:Expr} {body:Stmt;} else {otherwise:Stmt;}",
    Let: "let {name:ident}: {dtype:ident} = {value:Expr}",
    Local: "local {name:ident}: {dtype:ident} = {value:Expr}",
    Update: "update {name:ident} {combine:ident} {value:Expr}",
    Store: "store {buffer:ident}[{index:size}] = {value:Expr}",
    Accumulate: "accumulate {buffer:ident}[{index:size}] {combine:ident} {value:Expr}",
    CallFunction: "call {function:ident}({args:Arg,})",
    Block: "block {comment:str} {body:Stmt;}",
  },
  ...scalarGrammar,
});
