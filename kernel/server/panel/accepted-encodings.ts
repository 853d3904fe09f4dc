/** The codings that a header `Accept-Encoding` names and does not give the weight 0. */
export function acceptedEncodings(header = ''): ReadonlySet<string> {
  const named = header.split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? [] : [name];
  });
  return new Set(named);
}
