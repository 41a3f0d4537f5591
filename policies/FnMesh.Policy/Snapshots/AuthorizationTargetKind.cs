namespace FnMesh.Policy.Snapshots;

/// <summary>What an AuthorizationPolicy protects.</summary>
public enum AuthorizationTargetKind
{
    Mesh,
    FunctionApp,
    HttpRoute,
    Subscription,
    Broker,
    GrpcRoute,
    Namespace,
}
