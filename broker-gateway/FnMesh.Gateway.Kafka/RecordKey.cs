using System.Security.Cryptography;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// The secret that gateways of a mesh share. A record carries the HMAC-SHA256 of its event and of what the gateway knew of its publisher, so that whoever may write the topic cannot
/// choose a principal, nor change an event and keep its principal.
/// </summary>
internal sealed class RecordKey
{
    public const string FileName = "kafka.key";
    public const int ProofLength = 32;
    private const int KeyLength = 32;

    private readonly byte[] _key;

    private RecordKey(byte[] key) => _key = key;

    /// <summary>Reads the key of a directory, or makes one for its owner alone.</summary>
    /// <exception cref="BrokerException">The file cannot be used.</exception>
    public static RecordKey Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (!File.Exists(path)) Create(path);
            var key = File.ReadAllBytes(path);
            return key.Length == KeyLength ? new(key) : throw new BrokerException($"{path} is no key of {KeyLength} bytes; bring back the one that the other gateways of the mesh have, or remove it for a new one");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BrokerException($"the key of records {path} cannot be used: {fault.Message}", fault);
        }
    }

    public byte[] Prove(EventRecord record)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(EventBytes.Encode(record));
        hash.AppendData(record.Data.Span);
        return hash.GetHashAndReset();
    }

    public bool Proves(ReadOnlySpan<byte> proof, EventRecord record) => CryptographicOperations.FixedTimeEquals(proof, Prove(record));

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Whole or not at all: half a key would stop the next start.
        var half = $"{path}.new";
        File.Delete(half);
        using (var file = new FileStream(half, options)) file.Write(RandomNumberGenerator.GetBytes(KeyLength));
        File.Move(half, path, overwrite: true);
    }
}
