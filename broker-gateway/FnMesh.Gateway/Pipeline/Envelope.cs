using System.Diagnostics;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Faults;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Tokens;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Pipeline;

/// <summary>
/// A call or an event on its way through the gateway. It knows no framework: what the ingress received stays behind <see cref="Exchange"/>.
/// Stages write their decisions into it; nobody keeps it after its way has ended.
/// </summary>
internal sealed class Envelope
{
    private List<AttemptRecord>? _attempts;

    public required EnvelopeKind Kind { get; init; }

    /// <summary>The table that was current when the envelope was made: all its decisions are of one version.</summary>
    public required RoutingTable Table { get; init; }

    /// <summary>The timestamp of the <see cref="TimeProvider"/> at which it was made.</summary>
    public required long Started { get; init; }

    /// <summary>What the ingress keeps of the request; null for deliveries, which no request caused.</summary>
    public Exchange? Exchange { get; init; }

    /// <summary>Who the ingress found at the other end; null when that proved nothing.</summary>
    public string? Caller { get; init; }

    /// <summary>What the token of the caller claims; null where it brought none.</summary>
    public TokenClaims? Claims { get; init; }

    /// <summary>Whether it came in through the mesh listener, where the host names an app.</summary>
    public bool IsFromMesh { get; init; }

    /// <summary>The port of a Gateway's listener that it came in by; 0 where it came by another way.</summary>
    public int Port { get; init; }

    /// <summary>What the connection was made for: the server name of its TLS handshake, empty where it had none; null in clear text.</summary>
    public string? ServerName { get; init; }

    /// <summary>The listener that it belongs to; null where it came by another way than one of a Gateway.</summary>
    public BoundListener? Listener { get; set; }

    /// <summary>Whether the caller is a person at a command.</summary>
    public bool IsFromPerson { get; init; }

    /// <summary>Whether it runs one function directly, by a path that belongs to the mesh.</summary>
    public bool IsInvocation => Kind == EnvelopeKind.Call && FunctionPath.IsReserved(Path);

    /// <summary>Upper case, as received; POST for deliveries.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Without the port; empty for deliveries.</summary>
    public ReadOnlyMemory<char> Host { get; init; }

    /// <summary>Path and query exactly as received.</summary>
    public ReadOnlyMemory<char> Target { get; init; }

    /// <summary>How much of <see cref="Target"/> is the path.</summary>
    public int PathLength { get; init; }

    public ReadOnlySpan<char> Path => Target.Span[..PathLength];

    /// <summary>Without the question mark.</summary>
    public ReadOnlySpan<char> Query => PathLength < Target.Length ? Target.Span[(PathLength + 1)..] : default;

    /// <summary>Path and query that a filter put in the place of <see cref="Target"/>; null when none did.</summary>
    public string? Rewritten { get; set; }

    /// <summary>The path that the function sees.</summary>
    public ReadOnlySpan<char> PathOnward => Rewritten is not { } target ? Path : target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target.AsSpan(0, query) : target;

    /// <summary>Where a filter sends the caller; null when none does.</summary>
    public string? Location { get; private set; }

    /// <summary>The method that a browser asks leave to use; null but for such a question.</summary>
    public string? Preflight { get; init; }

    /// <summary>Whether it is a call of gRPC.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>The events that are published; empty otherwise.</summary>
    public IReadOnlyList<ParsedEvent> Published { get; init; } = [];

    /// <summary>The event that is delivered; null otherwise.</summary>
    public StoredEvent? Delivered { get; init; }

    /// <summary>The subscription that a delivery is for; null otherwise.</summary>
    public SubscriptionBinding? Subscription { get; init; }

    /// <summary>1 for the first delivery of an event; 0 when nothing is delivered.</summary>
    public int DeliveryNumber { get; init; }

    /// <summary>The revision that an earlier delivery of the event went to; null when none reached anybody.</summary>
    public string? Pinned { get; init; }

    /// <summary>What the ingress found wrong already; it is refused in line with everything else.</summary>
    public Outcome? RefusedAtIngress { get; init; }

    /// <summary>The trace that the envelope came with; null when it starts one.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>The envelope's span; null when the trace is not sampled.</summary>
    public Activity? Span { get; set; }

    /// <summary>What the envelope's attempts continue from; set by the first stage.</summary>
    public TraceContext Context { get; set; }

    public string Principal { get; set; } = Principals.Anonymous;

    public RouteRule? Rule { get; set; }

    /// <summary>The way that the split chose; kept for every attempt.</summary>
    public Way? Way { get; set; }

    /// <summary>The session of the call; null where its rule has none.</summary>
    public Session? Session { get; set; }

    /// <summary>The way that the split chose and that could not take it; null when <see cref="Way"/> is the one.</summary>
    public Way? FailedOverFrom { get; private set; }

    /// <summary>Why it could not.</summary>
    public Verdict FailedOverFor { get; private set; }

    /// <summary>What it took of the limits of its way; null where there are none.</summary>
    public LimitUse? Limited { get; set; }

    /// <summary>How long its body may be; null for any length.</summary>
    public BodyLimit? BodyLimit { get; set; }

    /// <summary>A delay that is injected; null for none.</summary>
    public InjectedFault? Fault { get; set; }

    /// <summary>The key that the gateway minds; null for none.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>Whether the answer of an earlier call with the same key was given again.</summary>
    public bool IsReplayed { get; set; }

    /// <summary>The rule that permitted it; null when no policy closes the target.</summary>
    public Origin? PermittedBy { get; set; }

    /// <summary>Cancelled when the gateway ends what is in flight; never for a delivery.</summary>
    public CancellationToken Stopped { get; init; }

    /// <summary>How long the caller waits, as it said itself; null when it did not say.</summary>
    public TimeSpan? CallerTimeout { get; init; }

    /// <summary>Timestamp at which the time is up; null when there is no limit.</summary>
    public long? Deadline { get; set; }

    public IReadOnlyList<AttemptRecord> Attempts => _attempts ?? (IReadOnlyList<AttemptRecord>)[];

    /// <summary>Why a stage refused; set together with its verdict by <see cref="Refuse"/>.</summary>
    public Outcome Refusal { get; private set; }

    /// <summary>Takes another way than the split chose.</summary>
    public void FailOver(Way to, Verdict why) => (FailedOverFrom, FailedOverFor, Way) = (Way, why, to);

    public void Record(AttemptRecord attempt) => (_attempts ??= new(1)).Add(attempt);

    /// <summary>Ends the way here with an answer that no function gives.</summary>
    /// <returns>The verdict, for the stage to return.</returns>
    public Verdict Answer(int status, string? location = null)
    {
        (Refusal, Location) = (Outcome.Answered(status), location);
        return Verdict.Answered;
    }

    /// <summary>Ends the way here.</summary>
    /// <returns>The verdict, for the stage to return.</returns>
    public Verdict Refuse(Verdict verdict, string reason, TimeSpan? retryAfter = null, int? status = null, int? grpc = null)
    {
        Refusal = new(verdict, reason, status, retryAfter, Grpc: grpc);
        return verdict;
    }
}
