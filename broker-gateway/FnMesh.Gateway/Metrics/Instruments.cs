using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using FnMesh.Gateway.Mirroring;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Metrics;

/// <summary>Everything the gateway measures. Every tag is the name of something in the policy, or of a small fixed set.</summary>
internal sealed class Instruments
{
    private const string DecisionTag = "fnmesh.decision";
    private const string Disposition = "fnmesh.disposition";

    private readonly Meter _meter;
    private readonly CounterFamily _attempts;
    private readonly CounterFamily _retries;
    private readonly CounterFamily _refusals;
    private readonly CounterFamily _serverRefusals;
    private readonly CounterFamily _deliveries;
    private readonly CounterFamily _deadLetters;
    private readonly CounterFamily _duplicates;
    private readonly CounterFamily _revisionDeliveries;
    private readonly CounterFamily _lost;
    private readonly CounterFamily _preflights;
    private readonly CounterFamily _mirrors;
    private readonly CounterFamily _filterFaults;
    private readonly CounterFamily _audited;
    private readonly CounterFamily _tried;
    private readonly BoundCounter?[] _refusalsByVerdict = new BoundCounter?[VerdictName.Count];
    private BoundCounter? _preflightsAllowed;
    private BoundCounter? _preflightsRefused;

    public Instruments(Meter meter)
    {
        _meter = meter;
        Durations = new(meter, "http.server.request.duration", "Duration of calls from the request's head to the end of the answer.");
        _attempts = new(meter, "fnmesh_attempts", "{attempt}", "Attempts to reach an endpoint.");
        _retries = new(meter, "fnmesh_retries", "{attempt}", "Attempts that repeated an earlier one.");
        _refusals = new(meter, "fnmesh_refusals", "{envelope}", "Calls and events that the gateway itself answered or gave up.");
        _serverRefusals = new(meter, "fnmesh_server_refusals", "{request}", "Requests that the HTTP server refused before they were calls, and connections of HTTP/2 that it ended for a fault, by reason.");
        _deliveries = new(meter, "fnmesh_deliveries", "{delivery}", "Deliveries by what became of the event.");
        _deadLetters = new(meter, "fnmesh_dead_letters", "{event}", "Events kept as dead letters.");
        _duplicates = new(meter, "fnmesh_duplicates", "{event}", "Events that were not delivered because the same came before.");
        _revisionDeliveries = new(meter, "fnmesh_revision_deliveries", "{delivery}", "Deliveries by the revision that they went to and what became of the event.");
        DeliveryDurations = new(meter, "fnmesh_revision_delivery_duration", "Duration of deliveries with all their attempts, by the revision that they went to.");
        _lost = new(meter, "fnmesh_events_lost", "{event}", "Events whose retention ended before the subscription had looked at them.");
        _preflights = new(meter, "fnmesh_edge_preflights", "{request}", "Preflights of browsers that the edge answered, by whether the page's origin may call.");
        _mirrors = new(meter, "fnmesh_mirrors", "{request}", "Copies of calls by what became of them.");
        _filterFaults = new(meter, "fnmesh_filter_faults", "{event}", "Events that a filter of a subscription could not judge, and did not let pass, by why.");
        _audited = new(meter, "fnmesh_authorization_audited", "{request}", "Calls and events that a rule of an AuthorizationPolicy with AUDIT matched, by policy and by what was decided.");
        _tried = new(meter, "fnmesh_authorization_dry_run", "{request}", "Calls and events that an AuthorizationPolicy with dryRun would have decided, by policy and by what it would have decided.");
        EventsPublished = new CounterFamily(meter, "fnmesh_events_published", "{event}", "Events taken into the broker.").Bind();
        PolicySwaps = new CounterFamily(meter, "fnmesh_policy_swaps", "{swap}", "Times a new policy became live.").Bind();
    }

    public BoundCounter EventsPublished { get; }

    public BoundCounter PolicySwaps { get; }

    internal DurationFamily Durations { get; }

    internal DurationFamily DeliveryDurations { get; }

    /// <param name="route">The route's name; null for calls that no route matched.</param>
    public RouteInstruments Route(string? route) => new(Durations, route);

    public RevisionInstruments Revision(string app, string revision) =>
        new(_attempts, _retries.Bind(new(SpanNames.App, app), new(SpanNames.Revision, revision)), app, revision);

    public MirrorInstruments Mirror(string app) => new(_mirrors, app);

    public FilterInstruments Filters(string subscription) => new(_filterFaults, subscription);

    public SubscriptionInstruments Subscription(string name)
    {
        KeyValuePair<string, object?> subscription = new(SpanNames.Subscription, name);
        return new(
            _deliveries.Bind(subscription, new(Disposition, "ack")),
            _deliveries.Bind(subscription, new(Disposition, "retry")),
            _deliveries.Bind(subscription, new(Disposition, "dead-letter")),
            _deliveries.Bind(subscription, new(Disposition, "drop")),
            _deadLetters.Bind(subscription),
            _lost.Bind(subscription),
            _duplicates.Bind(subscription),
            new DeliveriesByRevision((app, revision) => Deliveries(subscription, app, revision)));
    }

    private RevisionDeliveries Deliveries(KeyValuePair<string, object?> subscription, string app, string revision)
    {
        KeyValuePair<string, object?>[] tags = [subscription, new(SpanNames.App, app), new(SpanNames.Revision, revision)];
        BoundCounter Count(string disposition) => _revisionDeliveries.Bind([.. tags, new(Disposition, disposition)]);
        return new(app, revision, Count("ack"), Count("retry"), Count("dead-letter"), Count("drop"), DeliveryDurations.Bind(tags));
    }

    public void Refused(Verdict verdict) =>
        (_refusalsByVerdict[(int)verdict] ??= _refusals.Bind(new KeyValuePair<string, object?>(SpanNames.Verdict, VerdictName.Of(verdict)))).Add();

    /// <param name="policy">The policy's name.</param>
    /// <param name="permitted">What others decided.</param>
    public void Audited(string policy, bool permitted) => _audited.Bind(new("fnmesh.policy", policy), new(DecisionTag, Decision(permitted))).Add();

    /// <param name="policy">The policy's name.</param>
    /// <param name="permitted">What it would have decided.</param>
    public void Tried(string policy, bool permitted) => _tried.Bind(new("fnmesh.policy", policy), new(DecisionTag, Decision(permitted))).Add();

    /// <param name="reason">One of a small fixed set.</param>
    public void RefusedByServer(string reason) => _serverRefusals.Bind(new KeyValuePair<string, object?>("fnmesh.reason", reason)).Add();

    /// <summary>Of a preflight that <c>Host.CORS</c> answers this count is all that is kept: it is no call.</summary>
    public void Preflight(bool isAllowed) => (isAllowed ? _preflightsAllowed ??= Preflights("true") : _preflightsRefused ??= Preflights("false")).Add();

    /// <summary>Reports where subscriptions stand, asked at every reading; the callback must be cheap and may run on any thread. Call once.</summary>
    public void ObserveSubscriptions(Func<IReadOnlyList<SubscriptionState>> states)
    {
        _meter.CreateObservableGauge("fnmesh_subscription_lag", () => Observe(states, state => state.Lag), "{event}", "Events behind the subscription's cursor.");
        _meter.CreateObservableGauge("fnmesh_subscription_parked", () => Observe(states, state => state.Parked), "{event}", "Events that wait for a redelivery, or behind one.");
        _meter.CreateObservableGauge("fnmesh_revision_unsettled", () => ObserveRevisions(states), "{event}", "Events that a revision was given and that are not settled.");
        _meter.CreateObservableGauge("fnmesh_subscription_in_flight", () => Observe(states, state => state.InFlight), "{delivery}", "Deliveries under way.");
    }

    /// <summary>Reports the live policy's hash; null before the first. Call once.</summary>
    public void ObservePolicy(Func<string?> hash) => _meter.CreateObservableGauge<int>(
        "fnmesh_policy_live", () => hash() is { } live ? [new(1, new KeyValuePair<string, object?>("fnmesh.policy", live))] : [], unit: null, "The live policy's hash.");

    /// <summary>Reports how many requests are carried. Call once.</summary>
    public void ObserveInFlight(Func<int> count) =>
        _meter.CreateObservableGauge("fnmesh_in_flight", count, "{request}", "Requests that the gateway carries now.");

    public void ObserveDroppedSpans(Func<long> dropped) =>
        _meter.CreateObservableCounter("fnmesh_spans_dropped", dropped, "{span}", "Spans that were not kept because the disk was too slow, or failed.");

    private static string Decision(bool permitted) => permitted ? "permit" : "deny";

    private BoundCounter Preflights(string allowed) => _preflights.Bind(new KeyValuePair<string, object?>("fnmesh.allowed", allowed));

    private static List<Measurement<long>> ObserveRevisions(Func<IReadOnlyList<SubscriptionState>> states) =>
    [
        .. from state in states()
           from revision in state.Unsettled ?? FrozenDictionary<string, int>.Empty
           select new Measurement<long>(revision.Value, new(SpanNames.Subscription, state.Subscription), new KeyValuePair<string, object?>(SpanNames.Revision, revision.Key)),
    ];

    private static List<Measurement<long>> Observe(Func<IReadOnlyList<SubscriptionState>> states, Func<SubscriptionState, long> value)
    {
        List<Measurement<long>> measurements = [];
        foreach (var state in states()) measurements.Add(new(value(state), new KeyValuePair<string, object?>(SpanNames.Subscription, state.Subscription)));
        return measurements;
    }
}
