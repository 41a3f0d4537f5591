namespace FnMesh.Policy.Snapshots;

/// <summary>How matches of routes name claims of the caller's token: as headers of the mesh's own, which no caller can send.</summary>
public static class ClaimHeader
{
    public const string Prefix = "fnmesh-claim-";

    /// <summary>The claim's name in small letters; null where a header is no claim.</summary>
    /// <param name="name">The header's, in lower case.</param>
    public static string? ClaimOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length ? name[Prefix.Length..] : null;
    }
}
