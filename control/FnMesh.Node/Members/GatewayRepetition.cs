using System.Net.Http.Json;
using Polly;
using Polly.Retry;

namespace FnMesh.Node.Members;

/// <summary>When a request to a gateway is sent once more, and after which wait: 50 ms at first, up to 200 ms, with jitter: while nobody can be reached one request alone does so.</summary>
internal static class GatewayRepetition
{
    /// <summary>The request that is repeated.</summary>
    public static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("request");

    /// <summary>A timestamp after which nothing is repeated.</summary>
    public static readonly ResiliencePropertyKey<long> Ends = new("ends");

    private const int MaxRepetitions = 200;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    public static ResiliencePipeline<HttpResponseMessage> Create(TimeProvider time, Random random)
    {
        var options = new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MaxRepetitions,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstWait,
            MaxDelay = LongestWait,
            Randomizer = () =>
            {
                lock (random) return random.NextDouble();
            },
            ShouldHandle = arguments => new(
                arguments.Outcome.Exception is { } failure
                && time.GetTimestamp() < arguments.Context.Properties.GetValue(Ends, 0)
                && IsWorthIt(failure, arguments.Context.Properties.GetValue(Request, null!), arguments.Context.CancellationToken)),
        };
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }.AddRetry(options).Build();
    }

    /// <summary>Whether nothing of the request was sent, or it may be served twice and can be sent twice.</summary>
    public static bool IsWorthIt(Exception failure, HttpRequestMessage request, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && (WasNotSent(failure, cancel) || (BrokeOff(failure) && IsIdempotent(request.Method) && CanBeSentAgain(request.Content)));

    /// <summary>Whether no connection came to be: a connect timeout is a cancellation that nobody asked for.</summary>
    public static bool WasNotSent(Exception failure, CancellationToken cancel) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError } => true,
        OperationCanceledException { InnerException: TimeoutException } => !cancel.IsCancellationRequested,
        _ => false,
    };

    private static bool BrokeOff(Exception failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException };

    /// <summary>RFC 9110, 9.2.2.</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Options || method == HttpMethod.Trace;

    /// <summary>Whether it is held in memory; a stream is not.</summary>
    private static bool CanBeSentAgain(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent;
}
