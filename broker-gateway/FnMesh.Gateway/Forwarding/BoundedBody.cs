namespace FnMesh.Gateway.Forwarding;

/// <summary>A body read up to a bound.</summary>
/// <param name="Bytes">At most as many bytes as were asked for.</param>
/// <param name="Truncated">There was more.</param>
internal readonly record struct BoundedBody(ReadOnlyMemory<byte> Bytes, bool Truncated)
{
    public static async ValueTask<BoundedBody> ReadAsync(HttpContent content, int limit, CancellationToken cancel)
    {
        if (content.Headers.ContentLength == 0) return default;
        var stream = await content.ReadAsStreamAsync(cancel);
        return await ReadAsync(stream, content.Headers.ContentLength, limit, cancel);
    }

    /// <param name="stream">What is read, to its end unless that is beyond the bound.</param>
    /// <param name="expected">The length that was announced, if any.</param>
    /// <param name="limit">At most this many bytes are kept.</param>
    public static async ValueTask<BoundedBody> ReadAsync(Stream stream, long? expected, int limit, CancellationToken cancel)
    {
        // One byte more than announced tells the end without growing.
        var buffer = new byte[(int)Math.Min(limit, expected ?? 4096) + 1];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) return new(buffer.AsMemory(0, length), false);
            length += read;
            if (length > limit) return new(buffer.AsMemory(0, limit), true);
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min((long)limit + 1, buffer.Length * 2L));
        }
    }
}
