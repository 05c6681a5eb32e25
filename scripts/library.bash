# What the demonstration and the bench share. Sourced, after `program` is or will be set; never run.

export PATH="$PWD/.build/release:$PATH"

say() { printf '%s: %s\n' "$program" "$*"; }

fail() {
    printf '%s: %s\n' "$program" "$*" >&2
    exit 1
}

# show_log FILE TITLE: the end of a log, for a person to find out more.
show_log() {
    printf '%s: %s; the end of %s:\n' "$program" "$2" "${1#"$PWD/"}" >&2
    tail -n 15 "$1" | sed 's/^/    /' >&2
}

# --- Processes: only those started here are ever ended, each by its own number.

started_processes=()

# start LOG OUTPUT COMMAND…: runs in the background; its number is in $started.
start() {
    local log=$1 out=$2
    shift 2
    "$@" </dev/null >"$out" 2>"$log" &
    started=$!
    started_processes+=("$started")
}

# wait_for PROCESS SECONDS: its exit status, or 124 after ending it because the time was up.
wait_for() {
    local process=$1 deadline=$((SECONDS + $2)) status=0
    while kill -0 "$process" 2>/dev/null; do
        if ((SECONDS >= deadline)); then
            stop "$process" || true
            return 124
        fi
        sleep 0.05
    done
    wait "$process" || status=$?
    return "$status"
}

# stop PROCESS: asks, waits up to ten seconds, insists. Its exit status; being ended by what was asked for counts as none.
stop() {
    local process=$1 attempt status=0
    kill -TERM "$process" 2>/dev/null || true
    for attempt in {1..100}; do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || status=$?
    ((status == 143)) || return "$status"
}

# Only this shell's own children that still run: a number that was waited for may belong to somebody else by now.
stop_started_processes() {
    local process running
    running=" $(jobs -p | tr '\n' ' ') "
    for process in "${started_processes[@]-}"; do
        [[ -z $process || $running != *" $process "* ]] || stop "$process" || true
    done
}

# --- Veilray

# make_peers SENDER_HOME RECEIVER_HOME: two identities that trust each other, called "clinic" and "radiologist".
make_peers() {
    local sender=$1 receiver=$2
    mkdir -p "$sender" "$receiver"
    chmod 0700 "$sender" "$receiver"
    local log=$sender/../identities.log
    {
        veilray-send init --home "$sender" --name clinic \
            && veilray-receive init --home "$receiver" --name radiologist \
            && veilray-send card --home "$sender" >"$sender/../clinic.card" \
            && veilray-receive card --home "$receiver" >"$receiver/../radiologist.card" \
            && veilray-send trust "$receiver/../radiologist.card" --home "$sender" --as radiologist \
                --fingerprint "$(veilray-receive card --fingerprint --home "$receiver")" \
            && veilray-receive trust "$sender/../clinic.card" --home "$receiver" --as clinic \
                --fingerprint "$(veilray-send card --fingerprint --home "$sender")"
    } </dev/null >"$log" 2>&1 || {
        show_log "$log" "the two identities could not be made"
        exit 1
    }
}

# receiver_address PROCESS JSON LOG: waits up to 20 s until it listens, prints host:port.
receiver_address() {
    local process=$1 json=$2 log=$3 attempt line
    for attempt in {1..400}; do
        line=$(grep -m 1 '"event" *: *"listening"' "$json" 2>/dev/null || true)
        if [[ $line =~ \"port\"\ *:\ *([0-9]+) ]]; then
            printf '127.0.0.1:%s\n' "${BASH_REMATCH[1]}"
            return
        fi
        kill -0 "$process" 2>/dev/null || break
        sleep 0.05
    done
    show_log "$log" "the receiver did not start to listen"
    exit 1
}
