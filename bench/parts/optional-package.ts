/** Imports a package that is used for comparison only and is not a dependency; undefined if it is not installed. */
export async function optionalPackage<T>(name: string): Promise<T | undefined> {
  try {
    const loaded = (await import(name)) as T & { default?: T };
    return loaded.default ?? loaded;
  } catch {
    process.stderr.write(
      `${name} is not installed; to include it in the comparison, run npm install --no-save ${name}\n`,
    );
    return undefined;
  }
}
