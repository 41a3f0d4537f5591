using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Broker.Embedded;

internal static partial class BrokerLog
{
    [LoggerMessage(1, LogLevel.Error, "{Reason}")]
    public static partial void StoringFailed(ILogger logger, string reason, Exception cause);

    [LoggerMessage(2, LogLevel.Warning, "{Path} was not closed cleanly; the next start recovers it.")]
    public static partial void NotClosedCleanly(ILogger logger, string path, Exception cause);
}
