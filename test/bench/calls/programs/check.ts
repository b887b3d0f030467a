/** The part of a handler's answer that is checked. */
export interface Answer {
  readonly statusCode?: number;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * Throws unless a handler answered 200 with a body that contains a text, so that no wrong answer counts as a fast one.
 */
export function requireAnswer(answer: Answer, expected: string): void {
  const { statusCode, body = '', isBase64Encoded } = answer;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (statusCode === 200 && text.includes(expected)) return;
  throw new Error(`wrong answer, without ${expected}: ${JSON.stringify(answer)}`);
}
