import { expect, test } from 'vitest';
import { newSigningSecret, signatureHeaders } from './signature.ts';

// The example of the specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const known = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
};

test('a delivery is signed as the specification says', () => {
  expect(signatureHeaders(known, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual({
    'webhook-id': known.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('another secret, text, id or time gives another signature', () => {
  const secret = newSigningSecret();
  const signature = (one: typeof known, key = secret) => signatureHeaders(one, key)['webhook-signature'];
  const all = [
    signature(known),
    signature(known, newSigningSecret()),
    signature({ ...known, body: '{}' }),
    signature({ ...known, id: 'msg_x' }),
    signature({ ...known, timestamp: 1 }),
  ];
  expect(new Set(all).size).toBe(all.length);
});
