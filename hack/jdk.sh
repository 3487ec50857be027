#!/usr/bin/env bash
# Prints the home of a JDK 25: JAVA_HOME, java on the PATH, or one of the usual places; nothing where there is none.
set -uo pipefail

is_25() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release" 2>/dev/null
}

on_path() {
  java -XshowSettings:properties -version 2>&1 | awk '$1 == "java.home" {sub(/^[^=]*= /, ""); print}'
}

candidates() {
  echo "${JAVA_HOME:-}"
  command -v java >/dev/null && on_path
  printf '%s\n' /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/*25*
  [ -x /usr/libexec/java_home ] && /usr/libexec/java_home -v 25 2>/dev/null
  return 0
}

while read -r home; do
  if is_25 "$home"; then
    echo "$home"
    break
  fi
done < <(candidates)
