// Migrates and seeds the database of DATABASE_URL: what starts servers by other means than
// `npm run serve` (docker, k8s) runs this once before.
import { prepareDatabase } from './prepare.js';

const url = process.env.DATABASE_URL;
if (!/^postgres(ql)?:$/.test(URL.parse(url ?? '')?.protocol ?? '')) {
  console.error(
    'DATABASE_URL must be a URL like postgres://user:password@127.0.0.1:5432/heptathlon',
  );
  process.exit(2);
}
try {
  await prepareDatabase(String(url));
  console.log('The database is migrated and seeded.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
