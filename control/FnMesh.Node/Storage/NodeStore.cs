using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using FnMesh.Node.Identity;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Node.Storage;

/// <summary>What lets a node go on without control, restarts included. A file that is damaged counts as none, and that is said.</summary>
/// <param name="folder">The node's private folder.</param>
/// <param name="damaged">Told the path of a file that is not used, and why.</param>
/// <param name="lost">Told the folder's path, and why something could not be kept there.</param>
internal sealed class NodeStore(PrivateFolder folder, Action<string, string>? damaged = null, Action<string, string>? lost = null)
{
    public const string PolicyFile = "policy.json";
    public const string EndpointsFile = "endpoints.json";
    public const string CredentialsFile = "credentials.json";
    private const string GatewaysFile = "gateways.json";
    private const string NamespacesFile = "namespaces.json";
    private const byte LineEnd = (byte)'\n';

    private readonly Lock _keeping = new();

    /// <summary>Takes rights to what is there away from others.</summary>
    /// <returns>Whether they might have read the key, or put another identity in its place.</returns>
    /// <exception cref="UnauthorizedAccessException">A file is somebody else's.</exception>
    public bool Close() => folder.Close(CredentialsFile, PolicyFile, EndpointsFile, GatewaysFile, NamespacesFile).Contains(Path.Combine(folder.Path, CredentialsFile));

    /// <summary>Writes what the node has already made its own: a full disk must not end what lives in memory. One at a time, so that what is read last in it stands.</summary>
    public void Keep(Action<NodeStore> write)
    {
        try
        {
            lock (_keeping) write(this);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            lost?.Invoke(folder.Path, failure.Message);
        }
    }

    public (Svid Svid, TrustBundle Bundle)? ReadCredentials()
    {
        try
        {
            if (Read(CredentialsFile) is not { } json) return null;
            var stored = JsonSerializer.Deserialize(json, NodeJson.Default.StoredCredentials) ?? throw new JsonException("it is empty");
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(stored.Key, out _);
            return (Svid.Create(stored.Chain, key), new TrustBundle(stored.TrustDomain, stored.Sequence, [.. stored.Authorities.Select(X509CertificateLoader.LoadCertificate)]));
        }
        catch (Exception fault) when (fault is JsonException or CryptographicException or ArgumentException)
        {
            Say(CredentialsFile, $"the key and its SVID cannot be read: {fault.Message}");
            return null;
        }
    }

    public void Write(Svid svid, TrustBundle bundle)
    {
        using var key = svid.Leaf.GetECDsaPrivateKey()!;
        var stored = new StoredCredentials(
            key.ExportPkcs8PrivateKey(), [.. svid.Chain.Select(certificate => certificate.RawData)], bundle.TrustDomain, bundle.Sequence, [.. bundle.Authorities.Select(authority => authority.RawData)]);
        folder.Write(CredentialsFile, JsonSerializer.SerializeToUtf8Bytes(stored, NodeJson.Default.StoredCredentials));
    }

    public PolicySnapshot? ReadPolicy()
    {
        if (Read(PolicyFile) is not { } json) return null;
        if (PolicySnapshotJson.Read(Encoding.UTF8.GetString(json)) is { } policy) return policy;
        Say(PolicyFile, "its content is not the policy that its hash names");
        return null;
    }

    public void Write(PolicySnapshot policy) => folder.Write(PolicyFile, Encoding.UTF8.GetBytes(PolicySnapshotJson.Write(policy)));

    public EndpointSnapshot? ReadEndpoints()
    {
        if (Read(EndpointsFile) is not { } file) return null;
        var end = Array.IndexOf(file, LineEnd);
        var json = file.AsSpan(end + 1);
        if (end > 0 && file.AsSpan(0, end).SequenceEqual(Encoding.ASCII.GetBytes(EndpointSnapshotJson.VersionOf(json))) && EndpointSnapshotJson.Read(json) is { } endpoints) return endpoints;
        Say(EndpointsFile, "its content is not what its first line names");
        return null;
    }

    /// <summary>The version in the first line, by which a damaged file is known.</summary>
    public void Write(EndpointSnapshot endpoints)
    {
        var json = EndpointSnapshotJson.Write(endpoints);
        folder.Write(EndpointsFile, [.. Encoding.ASCII.GetBytes(EndpointSnapshotJson.VersionOf(json)), LineEnd, .. json]);
    }

    public IReadOnlyList<Uri> ReadGateways()
    {
        try
        {
            return Read(GatewaysFile) is { } json ? JsonSerializer.Deserialize(json, NodeJson.Default.UriArray) ?? [] : [];
        }
        catch (JsonException fault)
        {
            Say(GatewaysFile, fault.Message);
            return [];
        }
    }

    public void Write(IReadOnlyList<Uri> gateways) => folder.Write(GatewaysFile, JsonSerializer.SerializeToUtf8Bytes([.. gateways], NodeJson.Default.UriArray));

    public IReadOnlyList<string> ReadNamespaces()
    {
        try
        {
            return Read(NamespacesFile) is { } json ? JsonSerializer.Deserialize(json, NodeJson.Default.StringArray) ?? [] : [];
        }
        catch (JsonException fault)
        {
            Say(NamespacesFile, fault.Message);
            return [];
        }
    }

    public void WriteNamespaces(IReadOnlyList<string> namespaces) => folder.Write(NamespacesFile, JsonSerializer.SerializeToUtf8Bytes([.. namespaces], NodeJson.Default.StringArray));

    /// <summary>Null for none, and for one that cannot be read.</summary>
    private byte[]? Read(string name)
    {
        try
        {
            return folder.Read(name);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Say(name, fault.Message);
            return null;
        }
    }

    private void Say(string name, string fault) => damaged?.Invoke(Path.Combine(folder.Path, name), fault);
}
