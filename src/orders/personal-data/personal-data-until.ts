import { defaultOrderSettings } from '../settings/default-order-settings.js';

/** SQL: the time until which the provider of the item `i` sees personal data; null while the item has not ended. */
export const personalDataUntil = `i.ended_at + make_interval(days =>
  coalesce((SELECT s.personal_data_days FROM order_settings s WHERE s.team_id = i.provider_team_id), ${defaultOrderSettings.personalDataDays}))`;
