#!/bin/bash
# Asks the API itself, as users do: /plaintext tells that the server lives, /db that it is ready.
# bash opens the connection: a Node for every check would cost more CPU time than the server takes.
for path in /plaintext /db; do
  exec 3<>"/dev/tcp/127.0.0.1/${PORT:-3000}" || exit 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$path" >&3
  read -r _ status _ <&3
  if [[ $status != 200 ]]; then
    echo "GET $path: ${status:-no answer}"
    exit 1
  fi
done
# Where k6 reads whom it loads, for there is no route and no header that would tell. A server that is not
# of Compose has no such folder.
if [[ -d /run/heptathlon ]]; then
  server="$(</app/about), $STARTED_WITH"
  [[ $(cat /run/heptathlon/ready 2>&1) = "$server" ]] || echo "$server" >/run/heptathlon/ready
fi
