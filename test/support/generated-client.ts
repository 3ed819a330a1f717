import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './source-files.js';

const run = promisify(execFile);

interface CompilerError {
  /** The path in the directory; empty if the error concerns no file. */
  file: string;
  text: string;
}

/** Returns the errors in the output of the compiler, each of which begins a line; the lines that explain it are indented. */
function errorsIn(output: string): CompilerError[] {
  return output
    .split(/\n(?=\S)/)
    .map((text) => ({ file: /^(.+)\(\d+,\d+\): error TS/.exec(text)?.[1] ?? '', text: text.trim() }))
    .filter(({ text }) => / ?error TS\d+: /.test(text));
}

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
    const settings = { strict: true, target: 'es2022', module: 'nodenext', types: ['node'] };
    const config = { compilerOptions: settings, files: generated };
    writeFileSync(join(this.directory, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(repositoryRoot, 'node_modules/typescript-7/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], {
      cwd: this.directory,
      encoding: 'utf8',
    });
    const errors = errorsIn(stdout);
    if (status !== 0 && errors.length === 0) throw new Error(`The compiler failed:\n${stdout}`);
    // What is wrong with the types themselves, or with no file, counts for every program.
    const names = [...files.values()].map((file) => basename(file));
    const concerns = (error: CompilerError, file: string) =>
      error.file === basename(file) || !names.includes(error.file);
    return new Map(
      [...files].map(([name, file]) => [
        name,
        errors.filter((error) => concerns(error, file)).map(({ text }) => text),
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
