namespace FnMesh.Gateway.Tracing;

/// <summary>The one set of attribute names for spans, metrics and log lines.</summary>
internal static class SpanNames
{
    public const string Source = "FnMesh.Gateway";

    public const string Kind = "fnmesh.kind";
    public const string Verdict = "fnmesh.verdict";
    public const string Reason = "fnmesh.reason";
    public const string Principal = "fnmesh.principal";
    public const string Route = "fnmesh.route";
    public const string App = "fnmesh.app";
    public const string Revision = "fnmesh.revision";
    public const string Subscription = "fnmesh.subscription";
    public const string Delivery = "fnmesh.delivery";
    public const string Attempt = "fnmesh.attempt";
    public const string FailoverFrom = "fnmesh.failover.from";
    public const string FailoverReason = "fnmesh.failover.reason";
    public const string Fault = "fnmesh.fault";
    public const string Replayed = "fnmesh.replayed";
    public const string MeshParent = "fnmesh.mesh_parent";

    public const string Method = "http.request.method";
    public const string OriginalMethod = "http.request.method_original";
    public const string ResendCount = "http.request.resend_count";
    public const string Status = "http.response.status_code";
    public const string GrpcStatus = "rpc.grpc.status_code";
    public const string HttpRoute = "http.route";
    public const string Path = "url.path";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";

    public const string EventId = "cloudevents.event_id";
    public const string EventSource = "cloudevents.event_source";
    public const string EventType = "cloudevents.event_type";
    public const string EventSubject = "cloudevents.event_subject";

    public const string MessagingSystem = "messaging.system";
    public const string MessagingOperation = "messaging.operation.name";
    public const string MessagingOperationType = "messaging.operation.type";
    public const string MessagingDestination = "messaging.destination.name";
    public const string MessagingSubscription = "messaging.destination.subscription.name";
    public const string MessagingBatch = "messaging.batch.message_count";

    public const string Call = "call";
    public const string Publish = "publish";
    public const string Deliver = "deliver";
    public const string AttemptKind = "attempt";
}
