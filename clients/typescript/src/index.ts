// A thin client of the REST API of PitWall Live: openapi-fetch with the API's types, lists in queries as the API reads
// them, problems as exceptions, and pages as one sequence.
import createFetch, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.ts";

export type { components, operations, paths } from "./schema.ts";

/** Everything that has a name in the description: Schemas["LapsRow"], Schemas["Board"]. */
export type Schemas = components["schemas"];

/** Questions by method and path, with their parameters checked: api.GET("/api/v1/sessions/{session}/laps", …). */
export type Api = Client<paths, "application/json">;

export interface Options {
  /** The server's address, such as http://127.0.0.1:8080; empty for the page's own. */
  baseUrl?: string;
  /** Another fetch than the surroundings' own. */
  fetch?: (request: Request) => Promise<Response>;
}

/** What is wrong at one place of a request: query.driver_number. */
export type ProblemDetail = Schemas["ErrorDetail"];

/** The server refused, with a problem as RFC 9457 has it; status 0: it can not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** this one in words */
    message: string,
    /** what kind of problem */
    readonly title = "",
    /** all that is wrong, with its places */
    readonly errors: readonly ProblemDetail[] = [],
  ) {
    super(message);
    this.name = "Problem";
  }
}

const aborted = (e: unknown): boolean => e instanceof DOMException && e.name === "AbortError";

async function problemOf(response: Response): Promise<Problem> {
  const words = `The server answered ${response.status}.`;
  try {
    const told = (await response.json()) as Schemas["ErrorModel"];
    return new Problem(response.status, told.detail || told.title || words, told.title, told.errors ?? []);
  } catch (e) {
    if (aborted(e)) throw e;
    return new Problem(response.status, words); // no problem document: the status is all there is to say
  }
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok && response.status !== 304) throw await problemOf(response);
  },
  onError({ error }) {
    if (!aborted(error)) return new Problem(0, "The server cannot be reached.");
  },
};

/** A client of one server. Whatever is refused throws a Problem; an aborted request throws its AbortError. */
export function createClient(options: Options = {}): Api {
  const api = createFetch<paths, "application/json">({
    baseUrl: options.baseUrl ?? "",
    ...(options.fetch && { fetch: options.fetch }),
    querySerializer: { array: { style: "form", explode: false } },
  });
  api.use(problems);
  return api;
}

/** The body of an answer: const board = await ask(api.GET("/api/v1/sessions/{session}/board", …)). */
export async function ask<T>(answer: Promise<{ data?: T }>): Promise<Exclude<T, undefined>> {
  try {
    return (await answer).data as Exclude<T, undefined>;
  } catch (e) {
    // The line may be cut in the middle of an answer, or what arrives be none of ours.
    if (e instanceof Problem || aborted(e)) throw e;
    throw new Problem(0, "The server's answer did not arrive whole.");
  }
}

/** A page of rows. */
export interface Page<Row> {
  data: Row[];
  next_cursor: string | null;
}

/** All rows of a table, page after page: for await (const lap of rows((cursor) => ask(api.GET(…)))). */
export async function* rows<Row>(page: (cursor: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row, void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { data, next_cursor } = await page(cursor);
    yield* data;
    cursor = next_cursor;
  }
}
