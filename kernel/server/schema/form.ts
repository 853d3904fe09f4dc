import { KERNEL_ANNOTATION } from '@freehold/sdk';

/** What people read who give a value that a `pattern` does not take: in full sentences, what it asks for. To be spread into a schema. */
export function form(remedy: string): Readonly<Record<string, unknown>> {
  return { [KERNEL_ANNOTATION]: { form: remedy } };
}
