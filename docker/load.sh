#!/bin/sh
# k6's entry point: says first whom it loads, by what the server itself has written down (healthy.sh).
if [ "$1" = run ] && [ "$BASE_URL" = http://server:3000 ]; then
  if ! server=$(cat /run/heptathlon/ready 2>/dev/null); then
    echo "No server is ready. Start one first: docker compose --profile fastify up --wait" >&2
    exit 1
  fi
  echo "k6 loads $server" >&2
fi
exec k6 "$@"
