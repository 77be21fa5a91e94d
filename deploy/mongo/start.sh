#!/bin/bash
# Runs as root for a moment, as the image's own entry point does: mongod wants its key file to be its
# own and unreadable by others, so it gets a copy in memory. The entry point then becomes `mongodb`.
# It waits for the key instead of depending on the service that makes it: so a new image of the
# platform does not restart the store.
set -euo pipefail
secret=/run/secrets/keyfile key=/run/mongo/keyfile
for _ in $(seq 120); do [ -r "$secret" ] && break || sleep 0.5; done
if [ ! -r "$secret" ]; then
  echo "mongo: $secret is missing or unreadable; see the log of the service \"init\"" >&2
  exit 1
fi
rm -f "$key"
(umask 077 && cat "$secret" >"$key")
chmod 400 "$key"
chown mongodb:mongodb "$key"
exec docker-entrypoint.sh mongod --replSet linli --keyFile "$key" --bind_ip_all \
  --setParameter transactionLifetimeLimitSeconds=10 --quiet "$@"
