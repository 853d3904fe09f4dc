/** What the encrypted secret of a webhook says that it is. */
export function secretContext(webhook: string): string {
  return `webhook ${webhook} secret`;
}
