namespace FnMesh.Shim.Projects;

/// <summary>What is remembered of a good build, so that the next start needs no MSBuild when nothing changed.</summary>
/// <param name="Fingerprint">Of all inputs, before the build began.</param>
/// <param name="Assembly">The program's assembly, absolute.</param>
/// <param name="Length">Of the assembly, in bytes.</param>
/// <param name="Written">When the assembly was written, in ticks of UTC.</param>
internal sealed record BuildRecord(string Fingerprint, string Assembly, long Length, long Written)
{
    /// <summary>Stands for no fingerprint: inputs were saved while the build ran, or may have been, and the output may be newer than what it lacks of them.</summary>
    private const string Outrun = "";

    /// <summary>Of a build that has begun: who finds it does not know how that ended.</summary>
    public static BuildRecord Begun { get; } = new(Outrun, "", 0, 0);

    /// <summary>Whether MSBuild, which goes by times, could take the output for one of its inputs.</summary>
    public bool IsOutrun => Fingerprint == Outrun;

    /// <param name="fingerprint">Of the inputs before the build began.</param>
    /// <param name="after">Of the inputs when it had ended.</param>
    /// <param name="assembly">The program's assembly, absolute.</param>
    public static BuildRecord Of(string fingerprint, string? after, string assembly) => Of(fingerprint == after ? fingerprint : Outrun, assembly);

    private static BuildRecord Of(string fingerprint, string assembly)
    {
        var file = new FileInfo(assembly);
        return new BuildRecord(fingerprint, assembly, file.Length, file.LastWriteTimeUtc.Ticks);
    }

    /// <summary>Whether the inputs are those of then, and nobody has built something else into the output since.</summary>
    public bool Holds(string fingerprint) => !IsOutrun && fingerprint == Fingerprint && File.Exists(Assembly) && this == Of(fingerprint, Assembly);
}
