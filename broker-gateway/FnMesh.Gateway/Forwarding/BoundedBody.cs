using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Forwarding;

/// <summary>A body read up to a bound.</summary>
/// <param name="Bytes">At most as many bytes as were asked for.</param>
/// <param name="Truncated">There was more.</param>
/// <param name="Crowded">It was not read to its end, because too much of others is being read.</param>
internal readonly record struct BoundedBody(ReadOnlyMemory<byte> Bytes, bool Truncated, bool Crowded = false)
{
    private const int FirstBytes = 64 << 10;

    public static async ValueTask<BoundedBody> ReadAsync(HttpContent content, int limit, CancellationToken cancel)
    {
        if (content.Headers.ContentLength == 0) return default;
        var stream = await content.ReadAsStreamAsync(cancel);
        return await ReadAsync(stream, content.Headers.ContentLength, limit, null, cancel);
    }

    /// <param name="stream">What is read, to its end unless that is beyond the bound.</param>
    /// <param name="expected">The length that was announced, if any.</param>
    /// <param name="limit">At most this many bytes are kept.</param>
    /// <param name="share">What it may take of the room for all bodies; null where that has no bound of its own.</param>
    /// <param name="cancel">Gives up.</param>
    public static async ValueTask<BoundedBody> ReadAsync(Stream stream, long? expected, int limit, BodyRoom.Share? share, CancellationToken cancel)
    {
        // One byte more than announced tells the end without growing. What is announced and never comes must not cost memory.
        var first = (int)Math.Min(Math.Min(limit, FirstBytes), expected ?? 4096) + 1;
        if (share?.TryGrow(first) == false) return new(default, false, Crowded: true);
        var buffer = new byte[first];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) return new(buffer.AsMemory(0, length), false);
            length += read;
            if (length > limit) return new(buffer.AsMemory(0, limit), true);
            if (length < buffer.Length) continue;
            var next = (int)Math.Min((long)limit + 1, buffer.Length * 2L);
            if (share?.TryGrow(next - buffer.Length) == false) return new(default, false, Crowded: true);
            Array.Resize(ref buffer, next);
        }
    }
}
