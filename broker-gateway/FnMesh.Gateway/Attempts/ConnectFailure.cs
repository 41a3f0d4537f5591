using System.Net.Sockets;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Attempts;

/// <summary>Tells failures before the first byte of a request was sent from those after.</summary>
internal static class ConnectFailure
{
    private const long RefusedStream = 7;

    /// <remarks>The client's ConnectTimeout comes as a cancellation around a TimeoutException; nothing else of it does.</remarks>
    public static bool Is(Exception? failure) => IsRefusal(failure) || failure
        is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>RFC 9113, 8.7: the peer is there, and processed nothing of the request.</summary>
    public static bool IsRefusal(Exception? failure) => failure is HttpRequestException { InnerException: HttpProtocolException { ErrorCode: RefusedStream } };

    public static string Text(Exception? failure, Endpoint endpoint, bool unsent)
    {
        var why = failure?.GetBaseException() is SocketException socket ? socket.SocketErrorCode.ToString() : failure?.Message ?? "no reason known";
        if (IsRefusal(failure)) return $"{endpoint.Prefix} refuses the request unprocessed";
        if (IsOverLimit(failure))
            return $"{endpoint.Prefix} answered with a head of more than {BackendClient.MaxAnswerHeadKiB} KiB, the most that the gateway takes; shorten its headers (long cookies, tokens), or send what is long in the body";
        return unsent ? $"cannot connect to {endpoint.Prefix}: {why}" : $"{endpoint.Prefix} broke off before it answered: {why}";
    }

    /// <summary>Over HTTP/2 the connection fails, and what was to be answered on it tells of that.</summary>
    private static bool IsOverLimit(Exception? failure) => failure is not null && (failure is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } || IsOverLimit(failure.InnerException));
}
