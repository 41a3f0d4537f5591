using FnMesh.Gateway.Pipeline;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tracing;

/// <summary>One log line for each refusal, with the names that spans and metrics use.</summary>
internal static class Refusals
{
    private static readonly EventId Refused = new(1, "Refused");

    /// <summary>
    /// Logs a refusal: a bug as an error, a fault of the mesh as a warning, everything else as information.
    /// </summary>
    public static void Log(ILogger logger, in Refusal refusal)
    {
        var level = LevelOf(refusal.Outcome.Verdict);
        if (logger.IsEnabled(level)) logger.Log(level, Refused, new RefusalLine(refusal), null, static (line, _) => line.ToString());
    }

    private static LogLevel LevelOf(Verdict verdict) => verdict switch
    {
        Verdict.Bug => LogLevel.Error,
        Verdict.BreakerOpen or Verdict.Overloaded or Verdict.NoEndpoint or Verdict.NotReady or Verdict.Unreachable or Verdict.Timeout
            or Verdict.Expired or Verdict.InvalidBackend or Verdict.Stopped => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
