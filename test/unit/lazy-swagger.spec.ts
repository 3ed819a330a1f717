import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiSchema, ApiTags, getSchemaPath, loadSwagger } from '../../src/lazy-swagger/decorators.js';
import { NumberField, TextField } from '../../src/validation/fields.js';
import { IntersectionType, OmitType, PartialType, PickType } from '../../src/validation/mapped-types.js';
import { PatchType } from '../../src/validation/patch-type.js';

/*
 * The recorded decorators and the mapped types rely on metadata that @nestjs/swagger does not document. These tests
 * fail if a new version stores it elsewhere.
 */

class Fruit {
  @TextField({ description: 'Name of the fruit.', max: 20 })
  name: string;

  @NumberField({ description: 'Weight in grams.', min: 0 })
  weight: number;
}
class Basket {
  @TextField({ description: 'Colour of the basket.', max: 20, optional: true })
  colour?: string;
}
class SomeFruit extends PartialType(Fruit) {}
class NamelessFruit extends OmitType(Fruit, ['name']) {}
class NamedFruit extends PickType(Fruit, ['name']) {}
class FruitBasket extends IntersectionType(Fruit, Basket) {}
class FruitChange extends PatchType(Fruit, ['weight']) {}
@ApiSchema({ name: 'RenamedFruit' })
class OtherFruit extends PickType(Fruit, ['weight']) {}

@ApiTags('Fruit')
@Controller('fruit')
class FruitController {
  @Post('partial') partial(@Body() body: SomeFruit) {
    return body;
  }
  @Post('omit') omit(@Body() body: NamelessFruit) {
    return body;
  }
  @Post('pick') pick(@Body() body: NamedFruit) {
    return body;
  }
  @Post('intersection') intersection(@Body() body: FruitBasket) {
    return body;
  }
  @Post('patch') patch(@Body() body: FruitChange) {
    return body;
  }
  @Post('renamed') renamed(@Body() body: OtherFruit) {
    return body;
  }
}

@Module({ controllers: [FruitController] })
class FruitModule {}

let document: OpenAPIObject;

beforeAll(async () => {
  const app = await NestFactory.create(FruitModule, new FastifyAdapter(), { logger: false });
  await app.init();
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  await app.close();
});

const name = { type: 'string', maxLength: 20, description: 'Name of the fruit.' };
const weight = {
  type: 'number',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Weight in grams.',
};
const colour = { type: 'string', maxLength: 20, description: 'Colour of the basket.' };

it.each([
  ['SomeFruit', { name, weight }, undefined],
  ['NamelessFruit', { weight }, ['weight']],
  ['NamedFruit', { name }, ['name']],
  ['FruitBasket', { name, weight, colour }, ['name', 'weight']],
  ['FruitChange', { name, weight: { ...weight, nullable: true } }, undefined],
  ['RenamedFruit', { weight }, ['weight']],
])('documents the fields of the mapped type %s', (schema, properties, required) => {
  const documented = document.components?.schemas?.[schema] as Record<string, unknown> | undefined;
  expect(documented?.properties).toEqual(properties);
  expect(documented?.required).toEqual(required);
});

it('replays decorators that were recorded before @nestjs/swagger was loaded', () => {
  expect(document.paths['/fruit/partial']?.post?.tags).toEqual(['Fruit']);
});

it('names a schema where @nestjs/swagger puts it', () => {
  const path = getSchemaPath(OtherFruit);
  expect(path).toBe('#/components/schemas/RenamedFruit');
  expect(document.paths['/fruit/renamed']?.post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { $ref: path } } },
  });
});
