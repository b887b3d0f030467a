import type { Tool, ToolEntry } from './tool.ts';

/** Enters a tool into the catalogue, under the name that its own file gives it. */
export function enterTool<Name extends string>(
  name: Name,
  load: () => Promise<Tool<NoInfer<Name>>>,
  more: Pick<ToolEntry, 'deletes'> = {},
): ToolEntry<Name> {
  let loading: Promise<Tool<Name>> | undefined;
  return {
    name,
    ...more,
    load() {
      loading ??= load();
      return loading;
    },
  };
}
