namespace FnMesh.Node.Members;

/// <summary>By which an endpoint tells the gateway that a request never reached the function. It never comes from a function: shims and apps in C# take away what functions answer under such names.</summary>
public static class UnsentHeader
{
    public const string Name = "fnmesh-unsent";

    /// <summary>Nobody listens there.</summary>
    public const string Gone = "1";

    /// <summary>As many wait there for the process as may; Retry-After says when to come again.</summary>
    public const string Full = "full";
}
