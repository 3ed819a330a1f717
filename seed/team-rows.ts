import type { Client } from 'pg';
import { newId } from '../src/common/new-id.js';
import { hashApiKey, visibleKeyParts, generateApiKey } from '../src/teams/api-keys/api-key-format.js';
import type { SeedPartner, SeedTeam, SeedTeams } from './seed-teams.js';

/** Inserts teams and partnerships. Running processes notice them as they notice any other change. */
export async function insertTeams(
  client: Client,
  { providers, resellers, partners }: SeedTeams,
): Promise<void> {
  const teams = [...new Set<SeedTeam>([...providers, ...resellers])];
  await client.query(
    `INSERT INTO teams (id, name, role, verified_at, suspended_at, default_currency, version, created_at, updated_at)
     SELECT id, name, role, verified_at, suspended_at, currency, 1, created_at, created_at
       FROM json_to_recordset($1) AS t (id uuid, name text, role text, currency text, created_at timestamptz,
            verified_at timestamptz, suspended_at timestamptz)`,
    [JSON.stringify(teams.map(teamRow))],
  );
  await client.query(
    `INSERT INTO preferred_partners (provider_team_id, reseller_team_id, tier, effective_date, created_at, updated_at)
     SELECT provider, reseller, tier, "effectiveDate", created_at, created_at
       FROM json_to_recordset($1) AS p (provider uuid, reseller uuid, tier text, "effectiveDate" date)
       JOIN (SELECT id, created_at FROM teams) t ON t.id = provider`,
    [JSON.stringify(partners satisfies SeedPartner[])],
  );
}

const teamRow = ({ id, name, role, currency, verified, suspended, createdMs }: SeedTeam) => ({
  id,
  name,
  role,
  currency,
  created_at: new Date(createdMs),
  verified_at: verified ? new Date(createdMs) : null,
  suspended_at: suspended ? new Date(createdMs) : null,
});

/** Creates an API key for trying out the data. It is random, because anyone could derive a key from the seed. */
export async function insertKey(client: Client, teamId: string): Promise<string> {
  const key = generateApiKey();
  const { prefix, last4 } = visibleKeyParts(key);
  await client.query(
    `INSERT INTO api_keys (id, team_id, name, prefix, last4, key_hash, created_at)
     VALUES ($1, $2, 'Seed', $3, $4, $5, now())`,
    [newId(), teamId, prefix, last4, hashApiKey(key)],
  );
  return key;
}
