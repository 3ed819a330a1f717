import { collections, exampleIdIn, type Collection } from '../lazy-swagger/example-ids.js';

type Json = Record<string, unknown>;

/** Parameters that are not the ID of an entry of a collection. */
const others: Record<string, { description: string; example: string }> = {
  promoCode: { description: 'The promo code, in upper or lower case.', example: 'SUMMER' },
  productOfferingGroupId: {
    description: 'ID of the product offering group, as its provider chose it.',
    example: 'mobile-plans',
  },
  // Of a label.
  offerId: { description: 'ID of the offer.', example: exampleIdIn('/reseller/catalog') },
  version: { description: 'Number of the version, from 1.', example: '1' },
  ruleSetId: { description: 'ID of the rule set.', example: 'us-fcc-broadband-label' },
  slug: {
    description: 'Last segment of the `type` member of a problem document.',
    example: 'validation-failed',
  },
};

/** Adds a description and an example to every path parameter. */
export function describePathParameters(document: Json): void {
  for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, Json>>))
    for (const operation of Object.values(operations))
      for (const parameter of (operation.parameters ?? []) as Json[])
        if (parameter.in === 'path') Object.assign(parameter, docsOf(path, String(parameter.name)));
}

function docsOf(path: string, name: string): { description: string; example: string } {
  const collection = path.slice(0, path.indexOf(`/{${name}}`)) as Collection;
  if (collection in collections)
    return { description: `ID of ${collections[collection]}.`, example: exampleIdIn(collection) };
  const docs = others[name];
  if (!docs) throw new Error(`Describe the parameter ${name} of ${path}`);
  return docs;
}
