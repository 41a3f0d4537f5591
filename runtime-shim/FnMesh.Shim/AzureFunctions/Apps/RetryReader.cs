using System.Globalization;
using System.Text.Json;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>Retry options, as a worker tells them of a function and as files write them.</summary>
internal static class RetryReader
{
    /// <summary>For ever is as often as a delivery can be repeated.</summary>
    private const int MostRetries = 1000;

    private static readonly TimeSpan DefaultShortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultLongest = TimeSpan.FromMinutes(5);

    public static DeclaredRetry? Read(RpcRetryOptions? options) => options switch
    {
        null => null,
        { RetryStrategy: RpcRetryOptions.Types.RetryStrategy.FixedDelay } => Fixed(options.MaxRetryCount, options.DelayInterval?.ToTimeSpan() ?? TimeSpan.Zero),
        _ => Growing(options.MaxRetryCount, options.MinimumInterval?.ToTimeSpan() ?? DefaultShortest, options.MaximumInterval?.ToTimeSpan() ?? DefaultLongest),
    };

    /// <param name="retry">As it stands in host.json or function.json; undefined or null for none.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    public static DeclaredRetry? Read(JsonElement retry, out string? fault)
    {
        fault = null;
        if (retry.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        string? Text(string name) => retry.ValueKind == JsonValueKind.Object && retry.TryGetProperty(name, out var value) ? value.ToString() : null;
        TimeSpan? Span(string name) => TimeSpan.TryParse(Text(name), CultureInfo.InvariantCulture, out var span) ? span : null;
        if (!int.TryParse(Text("maxRetryCount"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            fault = "maxRetryCount is missing or no number";
            return null;
        }

        switch (Text("strategy")?.ToUpperInvariant())
        {
            case "FIXEDDELAY" when Span("delayInterval") is { } delay:
                return Fixed(count, delay);
            case "EXPONENTIALBACKOFF" when (Span("minimumInterval"), Span("maximumInterval")) is ({ } shortest, { } longest):
                return Growing(count, shortest, longest);
            default:
                fault = "strategy is fixedDelay with delayInterval, or exponentialBackoff with minimumInterval and maximumInterval, each hh:mm:ss";
                return null;
        }
    }

    /// <summary>As <see cref="Read(JsonElement, out string?)"/>, in the words of a worker.</summary>
    public static RpcRetryOptions? ReadOptions(JsonElement retry, out string? fault) => Read(retry, out fault) switch
    {
        null => null,
        { Longest: { } longest } read => new RpcRetryOptions { MaxRetryCount = read.Count, RetryStrategy = RpcRetryOptions.Types.RetryStrategy.ExponentialBackoff, MinimumInterval = Span(read.Delay), MaximumInterval = Span(longest) },
        { } read => new RpcRetryOptions { MaxRetryCount = read.Count, RetryStrategy = RpcRetryOptions.Types.RetryStrategy.FixedDelay, DelayInterval = Span(read.Delay) },
    };

    private static Duration Span(long milliseconds) => Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));

    private static DeclaredRetry Fixed(int count, TimeSpan delay) => new(CountOf(count), Milliseconds(delay), null);

    private static DeclaredRetry Growing(int count, TimeSpan shortest, TimeSpan longest) => new(CountOf(count), Milliseconds(shortest), Math.Max(Milliseconds(shortest), Milliseconds(longest)));

    /// <summary>A redelivery waits at least a moment.</summary>
    private static long Milliseconds(TimeSpan span) => Math.Max(1, (long)span.TotalMilliseconds);

    private static int CountOf(int count) => count < 0 ? MostRetries : Math.Min(count, MostRetries);
}
