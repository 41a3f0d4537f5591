using System.Net;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node.Http;

internal static partial class ListenerLog
{
    [LoggerMessage(EventId = 14, Level = LogLevel.Error, Message = "no connection can be accepted at {Address}: {Cause}; those that come wait, and it is tried again ten times a second. Allow this process more open files (ulimit -n), or fewer connections")]
    public static partial void CannotAccept(ILogger log, EndPoint? address, string cause);
}
