using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Makes lines of what a worker logs, on its stream and on its console.</summary>
/// <param name="write">Takes a line, and whether it tells of a failure; must not wait.</param>
internal sealed class WorkerLog(Action<bool, string> write)
{
    private const string SystemPrefix = "LanguageWorkerConsoleLog";
    private const string ToolPrefix = "azfuncjsonlog:";
    private const string ErrorMark = "[error] ";

    /// <summary>What is shown; host.json says it.</summary>
    public LogLevels Levels { get; set; } = LogLevels.Default;

    /// <summary>What functions log is shown from the app's level on; what the worker says of itself from Warning on. Metrics are left out.</summary>
    public void Take(RpcLog log)
    {
        switch (log.LogCategory)
        {
            case RpcLog.Types.RpcLogCategory.CustomMetric:
            case RpcLog.Types.RpcLogCategory.System when log.Level < RpcLog.Types.Level.Warning:
                return;
        }

        if (!Levels.Shows(log.Category, log.Level)) return;
        var isError = log.Level is RpcLog.Types.Level.Error or RpcLog.Types.Level.Critical;
        var exception = log.Exception is { Message.Length: > 0 } failure && !log.Message.Contains(failure.Message, StringComparison.Ordinal) ? $": {failure.Message}" : "";
        WriteLines(isError, $"{Word(log.Level)}{log.Category}: {log.Message}{exception}");
        // Loggers of .NET put the whole exception into the message.
        if (isError && log.Exception is { StackTrace.Length: > 0 } thrown && !log.Message.Contains(thrown.StackTrace.Split('\n')[0].Trim(), StringComparison.Ordinal)) WriteLines(true, thrown.StackTrace);
    }

    /// <summary>A line of the worker's console.</summary>
    public void Take(bool isError, string line)
    {
        if (line.StartsWith(ToolPrefix, StringComparison.Ordinal)) return;
        if (line.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            var text = line[SystemPrefix.Length..];
            write(isError || text.StartsWith(ErrorMark, StringComparison.Ordinal), text);
            return;
        }

        write(isError, line);
    }

    private static string Word(RpcLog.Types.Level level) => level switch
    {
        RpcLog.Types.Level.Information => "",
        _ => level.ToString().ToLowerInvariant() + ": ",
    };

    private void WriteLines(bool isError, string text)
    {
        foreach (var line in text.Split('\n')) write(isError, line.TrimEnd('\r'));
    }
}
