namespace FnMesh.Gateway.Pipeline;

internal static class Principals
{
    /// <summary>A caller from outside that proved nothing.</summary>
    public const string Anonymous = "anonymous";
}
