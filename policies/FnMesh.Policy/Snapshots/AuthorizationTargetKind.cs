namespace FnMesh.Policy.Snapshots;

public enum AuthorizationTargetKind
{
    Mesh,
    FunctionApp,
    HttpRoute,
    Subscription,
    Broker,
}
