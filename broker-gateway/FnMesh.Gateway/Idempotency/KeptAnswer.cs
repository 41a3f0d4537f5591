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
        try
        {
            var (status, count) = (reader.ReadInt32(), reader.ReadInt32());
            // A name and a value take a byte each at least.
            if (count < 0 || count > head.Length / 2) throw Damaged(null);
            var headers = new KeyValuePair<string, string>[count];
            for (var at = 0; at < headers.Length; at++) headers[at] = new(reader.ReadString(), reader.ReadString());
            return new(status, headers, body);
        }
        catch (FormatException fault)
        {
            throw Damaged(fault);
        }
    }

    private static IOException Damaged(Exception? fault) => new("An answer that was kept for an Idempotency-Key is damaged; restore the file from a backup, or begin a new data directory.", fault);
}
