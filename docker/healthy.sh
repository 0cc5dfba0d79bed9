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
