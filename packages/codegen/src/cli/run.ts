/**
 * The command line: arguments in, exit code out.
 *
 * Invariant: whatever is wrong, with the arguments or with a model, is told as diagnostics, and the exit code is 1; only
 * a mistake of ours in this folder can throw.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError, Option } from "@commander-js/extra-typings";
import { loadError } from "../diagnostics/codes.js";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.js";
import { toDiagnostics } from "../diagnostics/to-diagnostic.js";
import { version } from "../diagnostics/version.js";
import { type CompileModule, dumpLevels } from "../pipeline/compiled-model.js";
import type { Io } from "./io.js";
import { type Listener, report, type Session } from "./report.js";
import { namesExport } from "./target.js";

/** The compiler is loaded when there is something to compile, so that `--help` is quick. */
export interface Compiler {
  readonly load: () => Promise<CompileModule>;
}

const examples = `
Examples:
  tapeless build                          every **/*.model.ts below here
  tapeless build src/digits.model.ts      one model
  tapeless build --check                  exit 1 when a generated file is stale, missing or edited
  tapeless build --dump loop src/digits.model.ts#loss
  tapeless explain src/digits.model.ts#loss`;

/** Runs one command; `args` are those after the command's name. */
export async function run(args: readonly string[], io: Io, compiler: Compiler): Promise<number> {
  const here = { io, cwd: io.cwd, json: args.includes("--json") };
  let code = 0;
  const program = programFor(io, here, compiler, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage(here, error);
    return report(here, toDiagnostics(error));
  }
}

/** What commander has to say of the arguments, in the form of all our errors. */
function usage(here: Listener, { message, code }: CommanderError): number {
  if (code === "commander.help") return 1; // no command was given: the help is on standard error already
  const problem = message.replace(/^error: /, "").replaceAll("\n", " ");
  return report(here, [usageError(problem)]);
}

const usageError = (problem: string): Diagnostic => loadError("usage", { problem });

/** The folder to work in. */
function folderOf(io: Io, cwd: string | undefined): string {
  const folder = resolve(io.cwd, cwd ?? ".");
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new DiagnosticError([usageError(`--cwd: there is no folder ${cwd}`)]);
}

function programFor(
  io: Io,
  here: Listener,
  compiler: Compiler,
  exit: (code: number) => void,
): Command<[], { cwd?: string }> {
  const program = new Command()
    .name("tapeless")
    .description("Turns typed tensor functions (x.model.ts) into plain TypeScript (x.gen.ts).")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .option("--cwd <folder>", "work in this folder")
    .addHelpText("after", examples)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {}, // told by `usage`
    })
    .exitOverride();
  const session = async (): Promise<Session> => ({
    io,
    cwd: folderOf(io, program.opts().cwd),
    json: here.json,
    compileModule: await compiler.load(),
  });
  addBuild(program, session, exit);
  addExplain(program, session, exit);
  return program;
}

type Program = Command<[], { cwd?: string }>;

function addBuild(program: Program, session: () => Promise<Session>, exit: (code: number) => void): void {
  program
    .command("build")
    .description("write x.gen.ts beside each x.model.ts")
    .argument("[globs...]", "models: files, folders or globs; with --dump also file#export", [])
    .addOption(new Option("--check", "write nothing; exit 1 and list what is not as it would be built"))
    .addOption(
      new Option("--dump <level>", "write nothing; print a level of each function")
        .choices(dumpLevels)
        .conflicts("check"),
    )
    .option("--brands <module>", "where x.gen.ts imports the types of arrays from (default: tapeless)")
    .option("--json", "print one JSON document on standard output")
    .action(async (globs, { check = false, dump, brands }) => {
      const named = globs.find(namesExport);
      if (named !== undefined && dump === undefined) {
        throw new DiagnosticError([
          usageError(`${named}: a single export is for --dump or explain; build takes files`),
        ]);
      }
      const ready = withBrands(await session(), brands);
      const { buildCommand, dumpCommand } = await import("./commands.js");
      exit(await (dump === undefined ? buildCommand(ready, globs, check) : dumpCommand(ready, globs, dump)));
    });
}

/** The session whose generated files import the types of arrays from `brands`. */
const withBrands = (session: Session, brands: string | undefined): Session =>
  brands === undefined
    ? session
    : { ...session, compileModule: (model) => session.compileModule({ ...model, brands }) };

function addExplain(program: Program, session: () => Promise<Session>, exit: (code: number) => void): void {
  program
    .command("explain")
    .description("tell what a function costs: ops, kernels, flops, bytes, arena")
    .argument("<targets...>", "file#export, or a file for all that it exports")
    .option("--json", "print one JSON document on standard output")
    .action(async (targets) => {
      const ready = await session();
      const { explainCommand } = await import("./commands.js");
      exit(await explainCommand(ready, targets));
    });
}
