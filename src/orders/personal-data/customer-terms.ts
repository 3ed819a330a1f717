import type { Encryption } from '../../encryption/encryption.js';

const emailKind = 'order customer email';
const nameKind = 'order customer name';

const normalizeEmail = (text: string) => text.normalize('NFC').trim().toLowerCase();

/** Returns the words of a name without accents and in lowercase: "María O'Neil" -> maria, o, neil. */
export const wordsOfName = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  ),
];

/** What orders can be searched for, apart from what is stored in clear text. */
export interface CustomerSearch {
  customerEmail?: string;
  customerName?: string;
}

/**
 * Returns the keyed hashes under which an order is found by its customer. Each team has hashes of its own, so they do
 * not show that two resellers have the same customer.
 */
export const customerTerms = (
  encryption: Encryption,
  teamId: string,
  { email, fullName }: { email: string; fullName: string },
): Buffer[] => [
  encryption.blindIndex(teamId, emailKind, normalizeEmail(email)),
  ...wordsOfName(fullName).map((word) => encryption.blindIndex(teamId, nameKind, word)),
];

/**
 * Returns the hashes to search for: an order must have at least one of each list. A list contains the hash of a term with
 * each of the keys, because orders are hashed with the key that was current.
 */
export const searchedTerms = (
  encryption: Encryption,
  teamId: string,
  { customerEmail, customerName }: CustomerSearch,
): Buffer[][] => [
  ...(customerEmail === undefined
    ? []
    : [encryption.blindIndexes(teamId, emailKind, normalizeEmail(customerEmail))]),
  ...wordsOfName(customerName ?? '').map((word) => encryption.blindIndexes(teamId, nameKind, word)),
];
