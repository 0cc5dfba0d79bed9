#!/bin/sh
# Ends the server that has the port before it starts another: `docker compose --profile express up`
# replaces what an earlier profile started. The servers share a process namespace (compose.yaml);
# what has no parent in it, and is neither its first process nor this one, is another server.
for process in /proc/[0-9]*; do
  pid=${process#/proc/}
  while read -r field value; do
    [ "$field" = PPid: ] && break
  done 2>/dev/null <"$process/status"
  if [ "$value" = 0 ] && [ "$pid" != 1 ] && [ "$pid" != "$PPID" ]; then
    kill "$pid" && while [ -d "$process" ]; do sleep 0.1; done
  fi
done
# Until this server is ready, none is.
rm -f /run/heptathlon/ready
exec "$@"
