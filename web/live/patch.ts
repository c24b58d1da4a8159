// RFC 7396 merge patch. What did not change keeps its identity, so that React can skip it.

type Json = unknown;

function isObject(v: Json): v is Record<string, Json> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

/** The target with the patch applied. Neither argument is changed. */
export function mergePatch<T>(target: T, patch: Json): T {
  if (!isObject(patch)) return patch as T;
  const base: Record<string, Json> = isObject(target) ? target : {};
  let out: Record<string, Json> | null = isObject(target) ? null : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      // Null removes. In this contract an absent member means the same as null, unknown: readers ask == null.
      if (key in base) {
        out ??= { ...base };
        delete out[key];
      }
      continue;
    }
    const merged = mergePatch(base[key], value);
    if (merged !== base[key] || !(key in base)) {
      out ??= { ...base };
      out[key] = merged;
    }
  }
  return (out ?? base) as T;
}
