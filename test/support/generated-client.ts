import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { repositoryRoot } from './source-files.js';

const run = promisify(execFile);

/** A directory with a generated client and programs that use it. */
export class GeneratedClient {
  readonly directory: string;

  constructor() {
    // Inside the project, so that programs find the packages.
    const parent = join(repositoryRoot, 'node_modules', '.cache');
    mkdirSync(parent, { recursive: true });
    this.directory = mkdtempSync(join(parent, 'generated-client-'));
    writeFileSync(join(this.directory, 'package.json'), '{"type":"module"}');
  }

  /** Runs the command of an installed package in the directory, or a program there. @returns the standard output */
  async run(file: string, ...args: string[]): Promise<string> {
    const path = file.includes('/') ? join(repositoryRoot, 'node_modules', file) : join(this.directory, file);
    return (await run(process.execPath, [path, ...args], { cwd: this.directory })).stdout;
  }

  /**
   * Compiles the programs in strict mode, and returns the errors of each. All at once, because reading the types takes
   * seconds. The first becomes `0.js`.
   */
  compile(programs: ReadonlyMap<string, string>): Map<string, string[]> {
    const files = new Map(
      [...programs.keys()].map((name, index) => [name, join(this.directory, `${index}.ts`)]),
    );
    for (const [name, file] of files) writeFileSync(file, programs.get(name) ?? '');
    // Every file is named, because the compiler writes no code for imported files below node_modules.
    const generated = readdirSync(this.directory, { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(this.directory, file));
    const compiled = ts.createProgram(generated, {
      strict: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    });
    const { diagnostics } = compiled.emit();
    const errors = [...ts.getPreEmitDiagnostics(compiled), ...diagnostics];
    // What is wrong with the types themselves, or with no file, counts for every program.
    const concerns = (error: ts.Diagnostic, file: string) =>
      error.file?.fileName === file || ![...files.values()].includes(error.file?.fileName ?? '');
    return new Map(
      [...files].map(([name, file]) => [
        name,
        errors
          .filter((error) => concerns(error, file))
          .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      ]),
    );
  }

  /** Compiles a program and variants with one mistake each. @returns its errors, and the number of each variant's */
  compileWithMistakes(program: string, mistakes: ReadonlyMap<string, string>) {
    const errors = this.compile(new Map([['right', program], ...mistakes]));
    const counts = [...mistakes.keys()].map((name) => [name, errors.get(name)?.length]);
    return { errors: errors.get('right'), mistakes: Object.fromEntries(counts) as Record<string, number> };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
