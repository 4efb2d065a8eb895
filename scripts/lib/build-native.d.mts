type Env = Readonly<Record<string, string | undefined>>

export type Prepared =
  | { ok: true; how: string; librdkafka: string; client: string }
  | { ok: false; reason: string; lacks: string[]; remedy?: string | undefined }

export declare function probe(
  client: string,
  addon: string,
): Promise<{ problem?: string; librdkafka?: string; features?: string[] }>
export declare function prepareNative(options: { log: (line: string) => void; env?: Env }): Promise<Prepared>
export declare function placeBeside(client: string, env?: Env): boolean
