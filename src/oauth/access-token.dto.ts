import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, NumberField, TextField } from '../validation/fields.js';

const maxLength = 1024;
const grantTypes = ['client_credentials'];

/** Unknown parameters are ignored (RFC 6749, section 3.2). */
export class AccessTokenRequest {
  @EnumField(grantTypes, { description: 'Kind of grant.', example: 'client_credentials' })
  grant_type: string;

  @TextField({
    description:
      'Name that the client gives itself. It identifies nothing, because the secret is unique, but it must not be empty. Optional with `Authorization: Basic`.',
    min: 1,
    max: maxLength,
    optional: true,
    example: 'storefront',
  })
  client_id?: string;

  @TextField({
    description: 'An API key of your team. Optional with `Authorization: Basic`.',
    max: maxLength,
    optional: true,
    example: 'od_live_Zk81mQ0a_0123456789abcdefghijklmnopqrstuvwxyz3fQx1a',
  })
  client_secret?: string;
}

@ApiSchema({ name: 'AccessToken' })
export class AccessTokenView {
  @TextField({
    description:
      'The token. Send it as `Authorization: Bearer <token>`. It has the rights and the rate limits of the API key, and stops working with it.',
    max: 400,
    example: 'od_at_nJ2v0mXyQ1',
  })
  access_token: string;

  @EnumField(['Bearer'], { description: 'How to send the token.', example: 'Bearer' })
  token_type: string;

  @NumberField({
    description: 'When the token expires, in seconds since 1970.',
    integer: true,
    min: 0,
    example: 1_769_852_400,
  })
  expires: number;

  @NumberField({
    description: 'Number of seconds until the token expires.',
    integer: true,
    min: 0,
    example: 3600,
  })
  expires_in: number;

  @EnumField(grantTypes, { description: 'Kind of grant.', example: 'client_credentials' })
  identifier: string;
}
