namespace FnMesh.Gateway.Ingress;

/// <summary>Bounds on what is published at once.</summary>
internal static class PublishLimits
{
    /// <summary>A whole request, or a whole reply: eight of the largest events.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;
}
