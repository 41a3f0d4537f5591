namespace FnMesh.Policy.Snapshots;

/// <summary>The kinds of targets as people write them.</summary>
public static class TargetKinds
{
    public static string NameOf(AuthorizationTargetKind kind) => kind switch
    {
        AuthorizationTargetKind.HttpRoute => "HTTPRoute",
        AuthorizationTargetKind.GrpcRoute => "GRPCRoute",
        _ => kind.ToString(),
    };
}
