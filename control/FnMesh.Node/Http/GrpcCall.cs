using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>What gRPC says in the headers of a request (gRPC over HTTP/2).</summary>
public static class GrpcCall
{
    public const string TimeoutHeader = "grpc-timeout";
    private const string ContentType = "application/grpc";
    private const int MostDigits = 8;

    /// <summary>Longer than this is no limit: no call of the mesh lasts so long, and timers have an end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Whether a request is a call of gRPC: it came over HTTP/2 with a content type of gRPC's. gRPC-Web is none, and passes as any other request.</summary>
    public static bool Is(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is { } type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');
    }

    /// <summary>Reads <c>grpc-timeout</c>: up to eight digits and a unit, such as <c>100m</c> for 100 ms.</summary>
    /// <param name="value">The header; null when there is none.</param>
    /// <param name="timeout">Null for no limit.</param>
    /// <returns>False when it cannot be read.</returns>
    public static bool TryReadTimeout(string? value, out TimeSpan? timeout)
    {
        timeout = null;
        if (value is null) return true;
        if (value.Length is < 2 or > MostDigits + 1 || !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return false;
        TimeSpan? read = value[^1] switch
        {
            'H' => amount > Longest.TotalHours ? Longest : TimeSpan.FromHours(amount),
            'M' => TimeSpan.FromMinutes(amount),
            'S' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMilliseconds(amount),
            'u' => TimeSpan.FromMicroseconds(amount),
            'n' => TimeSpan.FromTicks(amount / 100),
            _ => null,
        };
        if (read < Longest) timeout = read;
        return read is not null;
    }

    /// <summary>What <see cref="TryReadTimeout"/> reads: whole milliseconds, at least 1, or whole seconds where those have too many digits.</summary>
    public static string FormatTimeout(TimeSpan left)
    {
        var milliseconds = Math.Max(1, (long)left.TotalMilliseconds);
        return milliseconds < 100_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m") : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}S");
    }
}
