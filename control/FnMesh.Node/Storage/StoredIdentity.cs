using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace FnMesh.Node.Storage;

/// <summary>The identity that a node keeps on disk, for people: without its key.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="NotBefore">From when it is good.</param>
/// <param name="NotAfter">Until when.</param>
public sealed record StoredIdentity(string File, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>What the nodes of a data directory keep; files that cannot be read are left out.</summary>
    public static IEnumerable<StoredIdentity> Below(string directory) => !Directory.Exists(directory)
        ? []
        : Directory.EnumerateFiles(directory, NodeStore.CredentialsFile, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true }).Order(StringComparer.Ordinal).Select(Read).OfType<StoredIdentity>();

    private static StoredIdentity? Read(string file)
    {
        try
        {
            if (JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), NodeJson.Default.StoredCredentials) is not { Chain: [var leaf, ..] }) return null;
            using var certificate = X509CertificateLoader.LoadCertificate(leaf);
            return new StoredIdentity(file, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or CryptographicException)
        {
            return null;
        }
    }
}
