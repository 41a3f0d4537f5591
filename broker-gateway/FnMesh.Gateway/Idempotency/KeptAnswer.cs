using System.Text;

namespace FnMesh.Gateway.Idempotency;

/// <summary>An answer that is given again.</summary>
/// <param name="Status">The function's.</param>
/// <param name="Headers">Names and values, in order.</param>
/// <param name="Body">Whole.</param>
internal sealed record KeptAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>In bytes; a longer answer reaches its caller and is not kept.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>Status and headers as they are kept.</summary>
    public byte[] Head()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(Status);
            writer.Write(Headers.Count);
            foreach (var (name, value) in Headers)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        return bytes.ToArray();
    }

    /// <exception cref="IOException">The bytes are no head.</exception>
    public static KeptAnswer Of(byte[] head, byte[] body)
    {
        using var reader = new BinaryReader(new MemoryStream(head), Encoding.UTF8);
        var status = reader.ReadInt32();
        var headers = new KeyValuePair<string, string>[reader.ReadInt32()];
        for (var at = 0; at < headers.Length; at++) headers[at] = new(reader.ReadString(), reader.ReadString());
        return new(status, headers, body);
    }
}
