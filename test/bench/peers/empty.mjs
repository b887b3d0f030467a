/** A handler that does nothing: what Node and the measurement cost alone. */
export const handler = async () => ({ statusCode: 200, body: '{}' });
