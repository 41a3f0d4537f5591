namespace FnMesh.Shim.Processes;

/// <summary>
/// The scripts that stand between us and a child. Both start the program in a process group of its own, with /dev/null as its input, and leave
/// a watcher that reads the pipe we hold: a line is a signal for the group, the end of the pipe (we closed it, or we were killed) kills the group.
/// The program is <c>"$@"</c>.
/// </summary>
internal static class LaunchScript
{
    /// <summary>
    /// For /bin/sh under setsid. The shell becomes the program, so the program's id, group and exit status are what we see, and no signal is
    /// ignored as it would be in a background job. The watcher is forked twice so that the program does not find a child it never started;
    /// it keeps standard output open, so the end of that stream says that the group was killed. .NET ignores SIGPIPE, and only env can undo that.
    /// </summary>
    public const string Setsid = """
        exec 3<&0 </dev/null
        ( ( trap '' HUP INT QUIT TERM
            while read -r signal; do kill -s "$signal" 0; done
            kill -s KILL 0 ) <&3 3<&- 2>/dev/null & )
        exec 3<&-
        if setpriv --pdeathsig KILL true 2>/dev/null; then set -- setpriv --pdeathsig KILL -- "$@"; fi
        if env --default-signal=PIPE true 2>/dev/null; then set -- env --default-signal=PIPE "$@"; fi
        exec "$@"
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
