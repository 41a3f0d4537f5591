using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Identity;
using static FnMesh.Gateway.Tests.Wall.FuzzTargets;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Forms of bytes: files, which a disk may damage, and certificates, which a peer writes.</summary>
internal static class StoredFuzz
{
    public static Dictionary<string, Action<byte[]>> All { get; } = new()
    {
        ["certificate"] = ReadCertificate,
        ["stored-answer"] = static bytes => Only<IOException>(() =>
        {
            var answer = KeptAnswer.Of(bytes, []);
            Demand(answer.Head() is { } head && KeptAnswer.Of(head, []).Headers.SequenceEqual(answer.Headers));
        }),
        ["stored-attempts"] = static bytes => Only<JsonException>(() => AttemptJson.Read(bytes)),
        ["stored-event"] = static bytes => Only<BrokerException>(() =>
        {
            var record = EventBytes.Decode(bytes, []);
            Demand(EventBytes.Decode(EventBytes.Encode(record), []).Attributes.SequenceEqual(record.Attributes));
        }),
        ["stored-span"] = static bytes => Only<InvalidDataException>(() => SpanForm.Read(bytes)),
    };

    /// <summary>Runs what may refuse by this exception and by no other.</summary>
    private static void Only<TRefusal>(Action parser)
        where TRefusal : Exception
    {
        try
        {
            parser();
        }
        catch (TRefusal)
        {
        }
    }

    private static void ReadCertificate(byte[] bytes) => Only<CryptographicException>(() =>
    {
        using var certificate = X509CertificateLoader.LoadCertificate(bytes);
        Demand(SvidRules.TryReadId(certificate, out var id, out var fault) ? SpiffeId.TryParse(id.ToString(), out _, out _) : fault.Length > 0);
    });
}
