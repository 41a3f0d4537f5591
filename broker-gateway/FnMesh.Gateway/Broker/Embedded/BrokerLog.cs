using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Broker.Embedded;

internal static partial class BrokerLog
{
    [LoggerMessage(1, LogLevel.Error, "{Reason}")]
    public static partial void StoringFailed(ILogger logger, string reason, Exception cause);

    [LoggerMessage(3, LogLevel.Warning, "{Path} is empty, so the event log begins anew; if it held events, end the mesh and restore the file from a backup.")]
    public static partial void BegunAnew(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Warning, "{Path} was not closed cleanly; the next start recovers it.")]
    public static partial void NotClosedCleanly(ILogger logger, string path, Exception cause);
}
