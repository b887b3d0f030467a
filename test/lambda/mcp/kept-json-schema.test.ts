import * as z from 'zod';
import { handOn, keepJsonSchema } from '../../../lambda/mcp/kept-json-schema.ts';

const target = 'draft-2020-12';

describe('a schema whose JSON Schema is kept', () => {
  it('converts once for each side', () => {
    const schema = z.object({ path: z.string().default('/') });
    const first = keepJsonSchema(schema)['~standard'].jsonSchema;
    const second = keepJsonSchema(schema)['~standard'].jsonSchema;
    expect(second.input({ target })).toBe(first.input({ target }));
    expect(second.input({ target })).toEqual(schema['~standard'].jsonSchema.input({ target }));
    expect(second.output({ target })).toEqual(schema['~standard'].jsonSchema.output({ target }));
    expect(second.output({ target })).not.toEqual(second.input({ target }));
  });

  it('can hand on what it would refuse', async () => {
    const schema = z.object({ lines: z.number() });
    const { validate, jsonSchema } = handOn(schema)['~standard'];
    expect(await validate({ lines: 'one' })).toEqual({ value: { lines: 'one' } });
    expect(jsonSchema.input({ target })).toEqual(schema['~standard'].jsonSchema.input({ target }));
  });

  it('still validates', async () => {
    const { validate } = keepJsonSchema(z.object({ lines: z.number() }))['~standard'];
    expect(await validate({ lines: 1 })).toEqual({ value: { lines: 1 } });
    expect(await validate({ lines: 'one' })).toHaveProperty('issues');
  });
});
