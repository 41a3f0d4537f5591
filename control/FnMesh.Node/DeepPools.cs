namespace FnMesh.Node;

/// <summary>
/// Lets .NET's shared pools of arrays keep more of what is given back. A call over HTTP/2 holds buffers of up to 64 KiB while it runs, and the pools keep 32 of a size for each CPU:
/// with more calls than that at once most buffers are new ones, and the garbage collector is busy with them.
/// </summary>
public static class DeepPools
{
    /// <summary>Arrays of one size that are kept for each CPU: of 64 KiB up to 16 MiB, which the pools let go of when nobody asks for them.</summary>
    public const int ArraysOfASize = 256;

    private static readonly OwnVariable Variable = new("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION", $"{ArraysOfASize}");

    /// <summary>Turns it on for this process, which must have given no array back yet: it is the first that a program does. What the user has set in the environment stays.</summary>
    public static void Prefer() => Variable.Set();

    /// <summary>Takes it out of what a child inherits.</summary>
    /// <param name="environment">The child's.</param>
    public static void Withhold(IDictionary<string, string?> environment) => Variable.Withhold(environment);
}
