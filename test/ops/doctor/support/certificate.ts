import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate of a server, as TLS options take it. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a self-signed X.509 certificate (RFC 5280 section 4.1) for one host name, with a new key. */
export function createServerCertificate(options: {
  host: string;
  from: Date;
  until: Date;
}): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from('doctor test')))));
  const alternativeName = sequence(
    subjectAltName,
    tagged(0x04, sequence(tagged(0x82, Buffer.from(options.host)))),
  );
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    sequence(ecdsaWithSha256),
    name,
    sequence(toTime(options.from), toTime(options.until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(alternativeName)),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]));
  const certificate = sequence(content, sequence(ecdsaWithSha256), signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');
const subjectAltName = Buffer.from('0603551d11', 'hex');

/** One value in DER; no certificate here is longer than 65535 bytes. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** `UTCTime`, which has two digits for the year. */
function toTime(date: Date): Buffer {
  return tagged(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`));
}
