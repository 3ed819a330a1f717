/** What the name and the declaration of a field do not say, but a comparison of offers shows. */
interface ComparedAs {
  /** Unit of the number, such as `Mbps`, or `offerCurrency`. */
  unit?: string;
  /** What null means, if it does not mean that the value is unknown. */
  ifNull?: string;
}

/** The unit of amounts of money, which need not be declared. */
export const offerCurrency = 'currency of the offer';

const key = Symbol('compared as');

/** Declares how comparisons show a field. A unit with which the name ends (`dataCapGb`) need not be declared. */
export const Compared =
  (as: ComparedAs): PropertyDecorator =>
  (target, name) =>
    Reflect.defineMetadata(key, as, target, name);

/** Returns how comparisons show a field of a class. */
export const comparedAs = (type: { prototype: object }, name: string): ComparedAs =>
  (Reflect.getMetadata(key, type.prototype, name) as ComparedAs | undefined) ?? {};
