namespace FnMesh.Shim.Processes;

/// <summary>
/// The scripts that stand between us and a child. Both start the program in a process group of its own, with /dev/null as its input, and leave
/// a watcher that reads the pipe we hold: a line is a signal for the group, the end of the pipe (we closed it, or we were killed) kills the group.
/// The program is <c>"$@"</c>.
/// </summary>
internal static class LaunchScript
{
    /// <summary>
    /// For /bin/sh under setsid; <c>$1</c> is the id of this run, unguessable, and <c>$2</c> is <see cref="Sweep"/>. The shell becomes the program, so
    /// the program's id, group and exit status are what we see, and no signal is ignored as it would be in a background job. The watcher is forked
    /// twice so that the program does not find a child it never started. Its own end, whatever brings it, starts the sweep, which is out of the
    /// group's reach and finds by the id what has left the group. The sweep keeps standard output open, so the end of that stream says that
    /// nothing is left; and the shell goes on only when the sweep has left the group. No variable is set, lest
    /// it be one of the program's. .NET ignores SIGPIPE, and only env can undo that.
    /// </summary>
    public const string Setsid = """
        exec 3<&0 4>&1 </dev/null
        : "$(
          trap '' HUP INT QUIT TERM
          PATH=$PATH:/usr/bin:/bin
          { while read -r signal; do kill -s "$signal" 0; done
            kill -s KILL 0; } <&3 3<&- 4>&- 2>/dev/null |
            setsid /bin/sh -c "$2" fnmesh "$1" 3<&- & )"
        exec 3<&- 4>&-
        export FNMESH_RUN="${FNMESH_RUN:+$FNMESH_RUN.}$1"
        shift 2
        if setpriv --pdeathsig KILL true 2>/dev/null; then set -- setpriv --pdeathsig KILL -- "$@"; fi
        if env --default-signal=PIPE true 2>/dev/null; then set -- env --default-signal=PIPE "$@"; fi
        exec "$@"
        """;

    /// <summary>
    /// Waits for its input to end and kills every process whose environment holds <c>$1</c>. A process shows no environment for a moment while it
    /// becomes another program, so two passes with a pause between them must find nothing. The sweep and its helpers were started without the id.
    /// Its output is descriptor 4; that it lets go of its standard output says that it stands.
    /// </summary>
    public const string Sweep = """
        exec >&4 4>&- 2>/dev/null
        while read -r ignored; do :; done
        if command -v grep >/dev/null; then
          find_marked() { grep -lsF "$1" /proc/[0-9]*/environ; }
        else
          find_marked() {
            for file in /proc/[0-9]*/environ; do
              while read -r line || [ -n "$line" ]; do
                case $line in *"$1"*) echo "$file"; break ;; esac
              done <"$file"
            done
          }
        fi
        passes=0 clean=0
        while [ "$clean" -lt 2 ] && [ "$passes" -lt 100 ]; do
          [ "$clean" -eq 0 ] || sleep 0.1 || sleep 1
          passes=$((passes + 1)) clean=$((clean + 1))
          for file in $(find_marked "$1"); do
            clean=0 process=${file#/proc/}
            kill -s KILL "${process%/environ}"
          done
        done
        """;

    /// <summary>For bash where there is no setsid (macOS): job control gives the program its own group, and the shell stays to hand its exit status on.</summary>
    public const string JobControl = """
        set -m
        exec 3<&0 </dev/null 4>&2 2>/dev/null
        trap : HUP INT QUIT TERM
        "$@" 2>&4 3<&- 4>&- &
        child=$!
        ( trap '' HUP INT QUIT TERM
          while read -r signal; do kill -s "$signal" -- "-$child"; done
          kill -s KILL -- "-$child" ) <&3 3<&- 4>&- &
        exec 3<&- 4>&-
        while :; do
          wait "$child"
          status=$?
          kill -0 "$child" || exit "$status"
        done
        """;
}
