using Microsoft.Win32.SafeHandles;

namespace FnMesh.Cli;

/// <summary>The world around a command: its streams, its folder, its environment, its clock.</summary>
internal sealed record Terminal
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    /// <summary>The bytes behind <see cref="Out"/>, for what is not text; to be written when nothing of <see cref="Out"/> is buffered.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    public required string CurrentDirectory { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Whether <see cref="Error"/> may be coloured.</summary>
    public bool ColouredError { get; init; }

    public static Terminal Process { get; } = new()
    {
        Out = OpenOut(),
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        CurrentDirectory = Environment.CurrentDirectory,
        Variable = Environment.GetEnvironmentVariable,
        Time = TimeProvider.System,
        ColouredError = !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
    };

    /// <summary>Writers of Console share one lock, so whoever does not read a pipe from stdout would hold up stderr too.</summary>
    private static TextWriter OpenOut()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows()) return Console.Out;
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file holds nobody up, and its place may be shared with stderr.
        return pipe.CanSeek ? Console.Out : new StreamWriter(pipe) { AutoFlush = true };
    }

    /// <summary>Says on stderr why a command does not succeed.</summary>
    public void Complain(string sentence) => Error.WriteLine($"fnmesh: {sentence}");
}
