using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using FnMesh.Node.Identity;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Node.Storage;

/// <summary>What lets a node go on without control, restarts included. A file that cannot be read counts as none.</summary>
internal sealed class NodeStore(PrivateFolder folder)
{
    public const string CredentialsFile = "credentials.json";
    private const string PolicyFile = "policy.json";
    private const string EndpointsFile = "endpoints.json";
    private const string GatewaysFile = "gateways.json";

    public (Svid Svid, TrustBundle Bundle)? ReadCredentials()
    {
        try
        {
            if (folder.Read(CredentialsFile) is not { } json || JsonSerializer.Deserialize(json, NodeJson.Default.StoredCredentials) is not { } stored) return null;
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(stored.Key, out _);
            return (Svid.Create(stored.Chain, key), new TrustBundle(stored.TrustDomain, stored.Sequence, [.. stored.Authorities.Select(X509CertificateLoader.LoadCertificate)]));
        }
        catch (Exception fault) when (fault is JsonException or CryptographicException)
        {
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

    public PolicySnapshot? ReadPolicy() => folder.Read(PolicyFile) is { } json ? PolicySnapshotJson.Read(Encoding.UTF8.GetString(json)) : null;

    public void Write(PolicySnapshot policy) => folder.Write(PolicyFile, Encoding.UTF8.GetBytes(PolicySnapshotJson.Write(policy)));

    public EndpointSnapshot? ReadEndpoints() => folder.Read(EndpointsFile) is { } json ? EndpointSnapshotJson.Read(json) : null;

    public void Write(EndpointSnapshot endpoints) => folder.Write(EndpointsFile, EndpointSnapshotJson.Write(endpoints));

    public IReadOnlyList<Uri> ReadGateways()
    {
        try
        {
            return folder.Read(GatewaysFile) is { } json ? JsonSerializer.Deserialize(json, NodeJson.Default.UriArray) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public void Write(IReadOnlyList<Uri> gateways) => folder.Write(GatewaysFile, JsonSerializer.SerializeToUtf8Bytes([.. gateways], NodeJson.Default.UriArray));
}
