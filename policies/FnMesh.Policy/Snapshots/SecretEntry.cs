namespace FnMesh.Policy.Snapshots;

/// <summary>Where a secret is; it is read where it is used, and is never here. Exactly one of both is set.</summary>
/// <param name="FromFile">A path on the gateway's machine.</param>
/// <param name="FromEnv">A variable of the gateway's environment.</param>
/// <param name="Directory">The folder of the policy file, as it was given to the reader; relative paths start here.</param>
/// <param name="Origin">Where the policy names it.</param>
public sealed record SecretEntry(string? FromFile, string? FromEnv, string Directory, Origin Origin);
