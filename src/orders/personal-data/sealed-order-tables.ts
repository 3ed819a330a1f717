import type { SealedTable } from '../../encryption/sealed-table.js';
import { customerTerms } from './customer-terms.js';
import type { OrderSecrets } from './order-secrets.js';

const sealedColumns = {
  idColumn: 'id',
  sealedColumn: 'sealed',
  keyIdColumn: 'data_key_id',
  whenKeyIsLost: 'blank',
} as const;

/** The tables with personal data of customers. */
export const sealedOrderTables: readonly SealedTable[] = [
  {
    table: 'orders',
    ...sealedColumns,
    async reindex({ manager }, encryption, id, value) {
      const { customerInfo } = value as OrderSecrets;
      const [order]: { team: string }[] = await manager.query(
        'SELECT reseller_team_id AS team FROM orders WHERE id = $1',
        [id],
      );
      if (!order) return;
      await manager.query('UPDATE orders SET customer_terms = $2 WHERE id = $1', [
        id,
        customerTerms(encryption, order.team, customerInfo),
      ]);
    },
  },
  { table: 'order_items', ...sealedColumns },
  { table: 'order_item_desks', ...sealedColumns },
  { table: 'order_item_history', ...sealedColumns },
];
