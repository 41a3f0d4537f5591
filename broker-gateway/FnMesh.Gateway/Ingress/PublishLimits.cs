namespace FnMesh.Gateway.Ingress;

/// <summary>Bounds on what is published at once.</summary>
internal static class PublishLimits
{
    /// <summary>A whole request, or a whole reply: eight of the largest events.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>All requests together, while they are read.</summary>
    public const long MaxBytesAtOnce = 256 * 1024 * 1024;

    /// <summary>Those of one caller together; three who hold theirs for <see cref="MaxTime"/> leave a quarter to the others.</summary>
    public const long MaxBytesOfOneAtOnce = MaxBytesAtOnce / 4;

    /// <summary>How long a whole request may take to come.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);
}
