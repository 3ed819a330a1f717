/** Packages that are compared with but are not dependencies; `npm install --no-save` adds them for a run. */
export async function optionalPackage<T>(name: string): Promise<T | undefined> {
  try {
    const loaded = (await import(name)) as T & { default?: T };
    return loaded.default ?? loaded;
  } catch {
    process.stderr.write(
      `${name} is not installed; npm install --no-save ${name} adds it to the comparison\n`,
    );
    return undefined;
  }
}
