# To be read by the scripts beside it. Runs a server until standard input is closed, which it is when whoever started the script
# has ended, in whichever way. Then all that the script started ends, and its folder goes.
serve() {
  "$@" </dev/null &
  read -r _ || true
  trap '' TERM
  kill -- -$$
  wait
  rm -rf "$D"
}
