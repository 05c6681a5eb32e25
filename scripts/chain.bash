# What the benches share: time, numbers, and DCMTK's and GDCM's tools. Sourced after scripts/library.bash; $output is the bench's folder,
# $limited what ends a step that takes longer than any should.

# --- Time and numbers

# timed NAME COMMAND…: runs the command within the limit and sets $elapsed to its seconds.
timed() {
    local name=$1 begin=$EPOCHREALTIME status=0
    shift
    "$@" >"$output/$name.log" 2>&1 || status=$?
    elapsed=$(subtract "$EPOCHREALTIME" "$begin")
    ((status == 0)) || {
        show_log "$output/$name.log" "$name ended with $status"
        exit 1
    }
}

subtract() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a - b }'; }

# spread NUMBERS…: "median (minimum–maximum)"
spread() {
    printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { printf "%6.2f s  (%.2f–%.2f)", median(), v[1], v[NR] }
        function median() { return NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

median() {
    printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

bytes_of() { find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%.1f MB", sum / 1e6 }'; }

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }

# empty_received FOLDER: makes or empties a folder of restored files. A receiver knows its own by a file in it.
empty_received() {
    mkdir -p "$1"
    find "$1" -mindepth 1 ! -name .veilray-folder -delete
}

# --- The rivals

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2 -subj "/CN=$1" \
        -keyout "$output/$1.key" -out "$output/$1.crt" 2>/dev/null
}

# convert OPTION FROM TO: every file, two processes at a time.
convert() {
    (cd "$2" && find . -type f -printf '%P\0' | sort -z \
        | "${limited[@]}" xargs -0 -P 2 -I{} gdcmconv "$1" {} "$3/{}")
}

store() {
    "${limited[@]}" env TCP_NODELAY=1 storescu --enable-tls "$output/scu.key" "$output/scu.crt" \
        --add-cert-file "$output/scp.crt" --require-peer-cert --propose-j2k-lossless --required --max-pdu 131072 \
        --scan-directories 127.0.0.1 "$1" "$2"
}

free_port() {
    .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_storescp INTO [OPTION…]: sets $storescp, the process, and $port.
start_storescp() {
    local into=$1 attempt
    shift
    port=$(free_port)
    start "$output/storescp.log" /dev/null env TCP_NODELAY=1 storescp --enable-tls "$output/scp.key" "$output/scp.crt" \
        --add-cert-file "$output/scu.crt" --require-peer-cert --prefer-j2k-lossless --max-pdu 131072 \
        "$@" --output-directory "$into" "$port"
    storescp=$started
    for attempt in {1..200}; do
        # A connection that says nothing: refused until the port is open.
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
        kill -0 "$storescp" 2>/dev/null || break
        sleep 0.05
    done
    show_log "$output/storescp.log" "storescp does not listen"
    exit 1
}
