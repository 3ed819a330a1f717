type Json = Record<string, unknown>;

/**
 * Removes `default` from every schema in the body of an update, because a client that filled it in would reset what
 * its caller did not mention. If other bodies share the schema, its description names the default instead.
 */
export function removePatchDefaults(document: Json): void {
  const schemas = ((document.components as Json).schemas ?? {}) as Record<string, Json>;
  const operations = Object.values(document.paths as Record<string, Record<string, Json>>).flatMap(
    Object.values,
  );
  const isUpdate = ({ operationId }: Json) => String(operationId).startsWith('update');
  const bodies = (these: Json[]) => these.map(({ requestBody }) => requestBody);
  const inUpdates = schemasIn(bodies(operations.filter(isUpdate)), schemas);
  const inOthers = schemasIn(bodies(operations.filter((each) => !isUpdate(each))), schemas);
  for (const name of inUpdates)
    for (const property of Object.values((schemas[name]?.properties ?? {}) as Record<string, Json>)) {
      if (property.default === undefined) continue;
      if (inOthers.has(name))
        property.description = `${String(property.description)} Defaults to \`${JSON.stringify(property.default)}\`.`;
      delete property.default;
    }
}

/** Returns the names of all schemas that `node` refers to, directly or through others. */
function schemasIn(node: unknown, schemas: Record<string, Json>, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  const { $ref } = node as Json;
  const name = typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? '') : undefined;
  if (name === undefined) for (const value of Object.values(node)) schemasIn(value, schemas, found);
  else if (!found.has(name)) schemasIn(schemas[name], schemas, found.add(name));
  return found;
}
