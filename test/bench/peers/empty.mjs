/** A handler that does nothing: the cost of Node and of the measurement alone. */
export const handler = async () => ({ statusCode: 200, body: '{}' });
