import type { PathStep } from '../common/field-path.js';
import { isObject } from '../validation/checks.js';
import type { MoneyKind } from '../validation/field.js';
import { fieldRules, type DtoClass } from '../validation/rules.js';

/** A field that is money, or an object or a list whose members contain some. */
type MoneyMember = { name: string; kind: MoneyKind } | { name: string; type: DtoClass };

const cache = new WeakMap<DtoClass, readonly MoneyMember[]>();

function moneyMembers(type: DtoClass): readonly MoneyMember[] {
  const cached = cache.get(type);
  if (cached) return cached;
  const members = [...fieldRules(type).values()].flatMap(({ name, money, nested }): MoneyMember[] => {
    if (money) return [{ name, kind: money }];
    const inner = nested?.type();
    return inner && moneyMembers(inner).length > 0 ? [{ name, type: inner }] : [];
  });
  cache.set(type, members);
  return members;
}

/**
 * Calls `visit` for each number in an object that is money by the declaration of its DTO. The object can be invalid.
 * @param path that of the object
 */
export function visitMoney(
  type: DtoClass,
  object: unknown,
  visit: Visit,
  path: readonly PathStep[] = [],
): void {
  if (!isObject(object)) return;
  for (const member of moneyMembers(type)) {
    const { name } = member;
    const value = (object as Record<string, unknown>)[name];
    if (value === null || value === undefined) continue;
    if ('kind' in member) {
      if (typeof value === 'number') visit(value, [...path, name], member.kind);
    } else if (Array.isArray(value))
      for (const [index, entry] of value.entries())
        visitMoney(member.type, entry, visit, [...path, name, index]);
    else visitMoney(member.type, value, visit, [...path, name]);
  }
}

type Visit = (value: number, path: readonly PathStep[], kind: MoneyKind) => void;
