import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Job } from './jobs.ts';
import type { AgentServer } from './server.ts';

/** The cost of a job with the tools of one server. */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly calls: number;
      /** Tokens of the calls, which a model writes. */
      readonly tokensIn: number;
      /** Tokens of the answers, which a model reads. */
      readonly tokensOut: number;
      /** The tokens of the largest answer. */
      readonly largestAnswer: number;
      readonly milliseconds: number;
    }
  | { readonly kind: 'cannot' | 'failed'; readonly reason: string };

/** Does a job on a server that holds only the files of that job, and checks whether it is done. */
export async function measureJob(job: Job, server: AgentServer): Promise<Outcome> {
  const plan = job.plans[server.name];
  if (plan === undefined || typeof plan === 'string')
    return { kind: 'cannot', reason: plan ?? 'has no plan' };
  for (const files of [job.files, job.changes ?? {}]) {
    for (const [path, content] of Object.entries(files)) await server.seed(path, content);
  }
  const calls: { tool: string; args: object; texts: readonly string[] }[] = [];
  const started = performance.now();
  try {
    await plan(async (tool, args) => {
      const answer = await server.call(tool, args);
      calls.push({ tool, args, texts: answer.texts });
      if (answer.isError) throw new Error(`${tool} answered: ${answer.texts.join(' ')}`);
      return answer;
    }, server.toPath);
    const milliseconds = Math.round(performance.now() - started);
    await requireResult(job, server);
    const answers = calls.map(({ texts }) => sum(texts.map(count)));
    return {
      kind: 'done',
      calls: calls.length,
      tokensIn: sum(calls.map(({ tool, args }) => count(JSON.stringify({ name: tool, arguments: args })))),
      tokensOut: sum(answers),
      largestAnswer: Math.max(...answers),
      milliseconds,
    };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function requireResult(job: Job, server: AgentServer): Promise<void> {
  for (const [path, content] of Object.entries(job.result)) {
    if ((await server.look(path)) !== content) throw new Error(`${path} is not what it must be`);
  }
}

/**
 * Counts tokens as the models of OpenAI have done since 2024 (o200k); counts for other models differ by a few tenths.
 */
export function count(text: string): number {
  return countTokens(text);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
