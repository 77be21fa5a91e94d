// Makes the replica set, the first user and one user for each service, whatever of it is missing.
// It shares mongod's own network, so that MongoDB's localhost exception lets it make the first user
// and nobody else can. Run again at each start: passwords follow the secrets.
const fs = require('fs');

const SERVICES = ['requests', 'pairing', 'property', 'notifications'];
const MEMBER = 'mongo:27017';
const WAIT_MS = 90000;
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();

function fail(text) {
  print(`mongo-setup: ${text}`);
  quit(1);
}

function within(what, attempt) {
  const end = Date.now() + WAIT_MS;
  let last = 'no answer';
  while (Date.now() < end) {
    try {
      const result = attempt();
      if (result) return result;
    } catch (error) {
      last = error.codeName || error.message;
    }
    sleep(250);
  }
  return fail(`${what}: not within ${WAIT_MS / 1000} s (${last})`);
}

function authenticated(admin, password) {
  try {
    return Boolean(admin.auth('root', password));
  } catch (error) {
    if (error.codeName === 'AuthenticationFailed') return false;
    throw error;
  }
}

function initiate(admin) {
  if (admin.runCommand({ hello: 1 }).setName) return;
  try {
    admin.runCommand({
      replSetInitiate: { _id: 'linli', members: [{ _id: 0, host: MEMBER }] },
    });
  } catch (error) {
    if (error.codeName === 'Unauthorized') {
      fail('the data was made with another root password than the one in the secrets');
    }
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
}

function firstUser(admin, password) {
  try {
    admin.createUser({ user: 'root', pwd: password, roles: ['root'] });
  } catch (error) {
    if (['Unauthorized', 'CommandNotFound'].includes(error.codeName)) {
      fail('the data was made with another root password than the one in the secrets');
    }
    throw error;
  }
  admin.auth('root', password);
}

function serviceUser(service, password) {
  const own = db.getSiblingDB(service);
  const rights = { pwd: password, roles: [{ role: 'readWrite', db: service }] };
  if (own.getUser(service)) own.updateUser(service, rights);
  else own.createUser({ user: service, ...rights });
}

const url = 'mongodb://127.0.0.1:27017/admin?directConnection=true&serverSelectionTimeoutMS=1000';
var db = within('mongod does not answer', () => connect(url));
const password = secret('root');
let known = authenticated(db, password);
initiate(db);
within('the replica set has no primary', () => db.runCommand({ hello: 1 }).isWritablePrimary);
if (!known) firstUser(db, password);
SERVICES.forEach((service) => serviceUser(service, secret(service)));
print('mongo-setup: replica set and users are as they should be');
