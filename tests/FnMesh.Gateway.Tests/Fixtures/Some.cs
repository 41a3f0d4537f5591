using System.Diagnostics.Metrics;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Values where a test does not care which.</summary>
internal static class Some
{
    private static readonly Instruments Unread = new(new Meter("FnMesh.Gateway.Tests.Unread"));

    public static SubscriptionInstruments SubscriptionInstruments { get; } = Unread.Subscription("some");

    public static SubscriptionRules SubscriptionRules { get; } = new(
        new SubscriptionEntry
        {
            Name = "s",
            Origin = new("some.yaml", 1, 1),
            Types = [],
            Filters = [],
            Sink = new SinkEntry { Backends = [], Uri = "http://sink/" },
            Delivery = new DeliveryEntry
            {
                Retry = 3,
                BackoffPolicy = BackoffPolicy.Exponential,
                BackoffDelay = TimeSpan.FromSeconds(1),
                BackoffMax = TimeSpan.FromMinutes(5),
                Timeout = TimeSpan.FromSeconds(30),
                Ordered = true,
                DeadLetter = true,
            },
        },
        static _ => true);

    public static Origin Origin { get; } = new("some.yaml", 1, 1);

    public static RetryBudgetEntry Budget { get; } = new(20, TimeSpan.FromSeconds(10), 10, TimeSpan.FromSeconds(1));

    public static ResilienceEntry Resilience { get; } = new()
    {
        Request = TimeSpan.FromSeconds(10),
        RetryAttempts = 0,
        RetryCodes = [502, 503, 504],
        RetryBackoff = TimeSpan.FromMilliseconds(1),
        RetryUnsafeMethods = false,
        RetryBudget = Budget,
    };

    public static Way Way(string app, ResilienceEntry? resilience = null, TimeProvider? time = null, params Uri[] endpoints) => Way(app, resilience, RepeatableCalls.None, time, endpoints);

    public static Way Way(string app, ResilienceEntry? resilience, RepeatableCalls repeatable, TimeProvider? time, params Uri[] endpoints) => Way(app, resilience, repeatable, time, new Standings(), endpoints);

    public static Way Way(string app, ResilienceEntry? resilience, RepeatableCalls repeatable, TimeProvider? time, Standings standings, params Uri[] endpoints)
    {
        var backend = new Backend
        {
            App = app,
            Revision = app,
            Endpoints = [.. endpoints.Select(uri => new Endpoint(uri, new EndpointState(standings, time ?? TimeProvider.System)))],
            WasReady = true,
            Instruments = Unread.Revision(app, app),
            Access = [],
            Repeatable = repeatable,
        };
        var vacancy = new Vacancy(standings, time ?? TimeProvider.System);
        vacancy.Fill(backend.Endpoints);
        return new()
        {
            Backend = backend,
            Vacancy = vacancy,
            Resilience = resilience ?? Resilience,
            Balancer = new Balancer(backend.Endpoints, resilience?.Balancing ?? BalancingEntry.Default, new EndpointTurn(), standings, new Randomness(1)),
            Budget = new RetryBudget((resilience ?? Resilience).RetryBudget, time ?? TimeProvider.System),
            Breaker = resilience?.CircuitBreaker is { } breaker ? new CircuitBreaker(breaker, time ?? TimeProvider.System) : null,
            Repeat = RetryPipeline.Of(resilience ?? Resilience, new Randomness(1), time ?? TimeProvider.System),
        };
    }

    /// <summary>A way to so many endpoints.</summary>
    public static Way Balanced(BalanceAlgorithm algorithm, TimeProvider time, int endpoints, OutlierEntry? outlier = null) => Way(
        "shop",
        Resilience with { Balancing = BalancingEntry.Default with { Algorithm = algorithm, Outlier = outlier ?? BalancingEntry.Default.Outlier } },
        time,
        [.. Enumerable.Range(1, endpoints).Select(port => new Uri($"http://127.0.0.1:{port}"))]);

    public static RouteRule Rule(string name) => new()
    {
        Route = name,
        Origin = Origin,
        Split = new Split([(Way(name), 1)]),
        Shares = new ShareSequence(0),
        Instruments = Unread.Route(name),
        Access = [],
    };
}
