/**
 * Diagnostics as text for people: `digits.model.ts:14:18  TL0203  concat: sizes 4 and 5 differ outside axis 1`, the
 * line of the model with a caret, and what to do.
 *
 * Invariant: without colours the first line is exactly place, code and message, two spaces between them.
 */
import type { Span } from "@tapeless/types/compiler";
import type { Diagnostic } from "./diagnostic.js";

/** The colours that are used; picocolors has them. */
export interface Colors {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly cyan: (text: string) => string;
}

export interface FormatOptions {
  readonly colors: Colors;
  /** The text of a file named in a diagnostic, if it can be read. */
  readonly readSource: (file: string) => string | undefined;
}

const showPlace = ({ span, file }: Diagnostic): string | undefined =>
  span === undefined ? file : `${span.file}:${span.line}:${span.column}`;

function excerpt(span: Span, { colors, readSource }: FormatOptions): readonly string[] {
  const line = readSource(span.file)?.split(/\r?\n/)[span.line - 1];
  if (line === undefined || line.length > 200) return [];
  const number = `${span.line}`;
  // Tabs stay tabs, so that the caret stands under its column whatever their width.
  const indent = line.slice(0, span.column - 1).replace(/[^\t]/g, " ");
  return [
    "",
    `  ${colors.dim(`${number} |`)} ${line}`,
    `  ${colors.dim(`${" ".repeat(number.length)} |`)} ${indent}${colors.red("^")}`,
  ];
}

/** One diagnostic, without a line break at its end. */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions, { hint = true } = {}): string {
  const { colors } = options;
  const place = showPlace(diagnostic);
  const head = [
    ...(place === undefined ? [] : [colors.cyan(place)]),
    colors.dim(diagnostic.code),
    colors.bold(diagnostic.message),
  ].join("  ");
  const source = diagnostic.span === undefined ? [] : excerpt(diagnostic.span, options);
  const stack = diagnostic.stack === undefined ? [] : ["", colors.dim(diagnostic.stack)];
  const advice = hint && diagnostic.hint !== undefined ? ["", `  ${diagnostic.hint}`] : [];
  return [head, ...source, ...stack, ...advice].join("\n");
}

/** Several, each with a line break at its end. Advice that the next one repeats is given once, after the last. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): string {
  return diagnostics
    .map((diagnostic, i) => {
      const next = diagnostics[i + 1];
      const repeated = next?.hint !== undefined && next.hint === diagnostic.hint && next.code === diagnostic.code;
      const text = formatDiagnostic(diagnostic, options, { hint: !repeated });
      const gap = next !== undefined && text.includes("\n") ? "\n" : "";
      return `${text}\n${gap}`;
    })
    .join("");
}
