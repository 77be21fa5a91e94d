#!/bin/bash
# Runs as root for a moment, as the image's own entry point does: the broker gets its own copy, in
# memory, of what only root may read here. The entry point then becomes `rabbitmq`.
# It waits for the secrets instead of depending on the service that makes them: so a new image of the
# platform does not restart the broker.
set -euo pipefail
give() {
  for _ in $(seq 120); do [ -r "$1" ] && break || sleep 0.5; done
  if [ ! -r "$1" ]; then
    echo "rabbitmq: $1 is missing or unreadable; see the log of the service \"init\"" >&2
    exit 1
  fi
  rm -f "$2"
  (umask 077 && cat "$1" >"$2")
  chmod 400 "$2"
  chown rabbitmq:rabbitmq "$2"
}
give /etc/linli/linli.conf /run/rabbitmq/linli.conf
give /run/secrets/definitions.json /run/rabbitmq/definitions.json
give /run/secrets/erlang_cookie /var/lib/rabbitmq/.erlang.cookie
# Debian's package puts a wrapper on the PATH that keeps SIGTERM from the broker; this is what it wraps
PATH=/usr/lib/rabbitmq/bin:$PATH
exec docker-entrypoint.sh rabbitmq-server "$@"
