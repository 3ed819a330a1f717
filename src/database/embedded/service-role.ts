import { createHmac } from 'node:crypto';
import { Client } from 'pg';

/** The role that the service connects as. It owns the database `offerdock` and what is in it, and has no other rights. */
const serviceRole = 'offerdock_service';
/** The first role of the cluster, a superuser, with which the owner of the data directory controls it. */
export const ownerRole = 'offerdock';

/** Returns the password of the service's role, which does not reveal the owner's. */
const servicePassword = (ownerPassword: string) =>
  createHmac('sha256', ownerPassword).update(serviceRole).digest('hex');

/** Returns the URL of the database `offerdock` for the service. */
export const serviceUrl = (ownerPassword: string, port: number) =>
  `postgres://${serviceRole}:${servicePassword(ownerPassword)}@127.0.0.1:${port}/offerdock`;

/** Returns the URL of the same database for a superuser. */
export const ownerUrl = (ownerPassword: string, port: number) =>
  `postgres://${ownerRole}:${ownerPassword}@127.0.0.1:${port}/offerdock`;

/**
 * Creates the database and the role of the service, unless they exist. Earlier releases ran as the owner's role; what
 * they created then becomes the property of the service's role.
 * @param connection a connection of the owner to another database
 */
export async function prepareDatabase(
  connection: Client,
  ownerPassword: string,
  port: number,
): Promise<void> {
  await createRole(connection, servicePassword(ownerPassword));
  const { rowCount } = await connection.query(`SELECT FROM pg_database WHERE datname = 'offerdock'`);
  if (rowCount === 0) await connection.query(`CREATE DATABASE offerdock OWNER ${serviceRole}`);
  const client = new Client({ connectionString: ownerUrl(ownerPassword, port) });
  client.on('error', () => undefined); // the query then also fails
  await client.connect();
  try {
    await client.query(handOver);
  } finally {
    await client.end();
  }
}

async function createRole(connection: Client, password: string): Promise<void> {
  const { rowCount } = await connection.query('SELECT FROM pg_roles WHERE rolname = $1', [serviceRole]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await connection.query(`${verb} ROLE ${serviceRole} ${rights} PASSWORD '${password}'`);
}

/**
 * Skipped if the schema belongs to the role already, because it changes last. Sequences of columns follow their tables.
 * Extensions keep their owner: Postgres has no command to change it, and the service does not need it.
 */
const handOver = `DO $$
  DECLARE
    object record;
  BEGIN
    IF (SELECT nspowner = '${serviceRole}'::regrole FROM pg_namespace WHERE nspname = 'public') THEN RETURN; END IF;
    FOR object IN
      SELECT replace(type, ' object', '') AS type, identity
        FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0)
       WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace AND deptype = 'n'
         AND d.classid <> 'pg_extension'::regclass
         AND NOT EXISTS (SELECT FROM pg_depend e
                          WHERE e.classid = d.classid AND e.objid = d.objid
                            AND (e.deptype = 'e' OR e.refobjsubid > 0 AND e.classid = 'pg_class'::regclass))
    LOOP
      EXECUTE format('ALTER %s %s OWNER TO ${serviceRole}', object.type, object.identity);
    END LOOP;
    ALTER DATABASE offerdock OWNER TO ${serviceRole};
    ALTER SCHEMA public OWNER TO ${serviceRole};
  END $$`;
