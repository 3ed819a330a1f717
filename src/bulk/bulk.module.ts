import { Module } from '@nestjs/common';
import { BulkBytes } from './bulk-bytes.js';
import { BulkUploads } from './bulk-uploads.js';

/** One instance for all bulk uploads, because they share the bytes that a team can send. */
@Module({ providers: [BulkBytes, BulkUploads], exports: [BulkUploads] })
export class BulkModule {}
