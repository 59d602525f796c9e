# What a reader's shell has: the program, built already, and programs that would run for hours only looked at.
set -eEuo pipefail
trap 'echo "failed: $BASH_COMMAND" >&2' ERR
# A job of a subshell is no job of this shell.
background=$PWD/background
touch "$background"
# A server that stops still writes to its folder, which the test deletes.
trap 'kill $(jobs -p) $(cat "$background") 2>/dev/null || true; wait || true' EXIT
ln -s "$SOLUTION/docs" docs

program() {
  case "$1" in
    serve | demo) until_ready "$@" ;;
    *) "$QUITTANCE" "$@" ;;
  esac
}

# A server that runs beside the following commands: with an embedded PostgreSQL, none of them has to start it.
keep_serving() {
  "$QUITTANCE" serve --embedded --data "$1" --port "$SPARE_PORT" > "$1.log" 2>&1 &
  await_ready "$1.log" $!
}

# Waits until the server with this log is ready.
await_ready() {
  for _ in $(seq 600); do
    grep -q '^Quittance is ready' "$1" && break
    kill -0 "$2" 2>/dev/null || { cat "$1"; return 1; }
    sleep 0.1
  done
  grep '^Quittance is ready' "$1"
}

# A server is started, seen to be ready, and stopped as an operator stops it.
until_ready() {
  local arguments=() skip=
  for argument in "$@"; do
    if [ -n "$skip" ]; then skip=; continue; fi
    if [ "$argument" = --port ]; then skip=yes; continue; fi
    arguments+=("$argument")
  done
  "$QUITTANCE" "${arguments[@]}" --port "$SPARE_PORT" > server.log 2>&1 &
  local server=$!
  await_ready server.log "$server"
  # Not INT: a shell without a keyboard starts its background jobs with that one ignored.
  kill -TERM "$server"
  wait "$server"
}

dotnet() {
  case "$*" in
    "run -c Release --project src/Host -- demo" | "run --project src/Host -- demo") echo "runs already" ;;
    "run -c Release --project src/Host -- "*) shift 6; program "$@" ;;
    "run -c Release --project samples/Sandbox -- "* | "run --project samples/Sandbox -- "*) sandbox "${@: -4}" ;;
    "run -c Release --project bench") "$BENCH" ;;
    # Measures for minutes: that it knows what it is asked for is enough here.
    "run -c Release --project bench -- "*) shift 6; ! "$BENCH" '[diagram]' "$@" | grep -E '\?\?\?|!' ;;
    "test" | "test "* | "build "*) [ -z "${2:-}" ] || [ -d "$SOLUTION/$2" ] ;;
    *) echo "no test says how to run: dotnet $*" >&2; return 1 ;;
  esac
}

sandbox() {
  "$SANDBOX" --port "$SANDBOX_PORT" "${@: -2}" > sandbox.log 2>&1 &
  for _ in $(seq 300); do grep -q 'is ready' sandbox.log && return; sleep 0.1; done
  cat sandbox.log
  return 1
}

npm() { (cd "$SOLUTION" && command npm pkg get scripts.test -w "${@: -1}") | grep -q test; }

# The open line of this amount.
line() {
  "$QUITTANCE" settlement list --open --merchant 1 --data books --json |
    node -p "JSON.parse(require('fs').readFileSync(0)).find(line => line.amount.amount === '$1').id"
}

first_id() { grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' | sed -n 1p; }

# A provider that takes a key for its notices and answers nothing else leaves an attempt without a known outcome.
unknown_attempt() {
  node -e '
    require("http").createServer((request, answer) => request.method === "PUT" && answer.end())
      .listen(process.env.SPARE_PORT, "127.0.0.1")' > /dev/null 2>&1 &
  echo $! >> "$background"
  "$QUITTANCE" provider connect sandbox --url "http://127.0.0.1:$SPARE_PORT" --merchant 1 > connect.log
  curl -s --max-time 30 http://127.0.0.1:8080/brm/payment/v4/payment -H 'Authorization: Bearer demo-brm' -H 'Content-Type: application/json' -d '{
    "@type": "Payment_Create", "account": {"id": "0.0.0.1+-account+84808"},
    "paymentMethod": {"id": "0.0.0.1+-payinfo-cc+1003", "@referredType": "bankCard", "@type": "PaymentMethodRef"},
    "totalAmount": {"value": 10, "unit": "USD"}}' > /dev/null
  "$QUITTANCE" attempt list --unknown --json | first_id
}
