namespace FnMesh.Policy.Snapshots;

/// <summary>What a listener proves itself with: files that each gateway reads where it runs.</summary>
/// <param name="Certificate">PEM: the certificate and what leads from it to its authority.</param>
/// <param name="Key">PEM: the certificate's private key, unencrypted.</param>
/// <param name="Directory">The folder of the policy file, as it was given to the reader; relative paths start here.</param>
public sealed record ListenerTlsEntry(string Certificate, string Key, string Directory);
