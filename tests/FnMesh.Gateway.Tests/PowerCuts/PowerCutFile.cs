using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Gateway.Tests.PowerCuts;

/// <summary>A file as a disk has it: what was synced, and what was written since and may be lost, in whole or in part.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A MemoryStream holds nothing that must be let go of.")]
internal sealed class PowerCutFile
{
    private const int Sector = 512;
    private readonly List<(long Offset, byte[]? Written)> _pending = [];
    private MemoryStream? _durable;
    private bool _deleted;

    /// <param name="durable">What was there at the start; null for a new file.</param>
    public PowerCutFile(byte[]? durable)
    {
        if (durable is null) return;
        _durable = new MemoryStream();
        Apply(_durable, 0, durable);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => _pending.Add((offset, bytes.ToArray()));

    public void Truncate(long size) => _pending.Add((size, null));

    public void Sync()
    {
        _durable ??= new MemoryStream();
        foreach (var (offset, written) in _pending) Apply(_durable, offset, written);
        _pending.Clear();
        _deleted = false;
    }

    /// <param name="synced">Whether its folder is synced as well; otherwise it may come back.</param>
    public void Delete(bool synced)
    {
        _pending.Clear();
        _deleted = true;
        if (synced) _durable = null;
    }

    /// <summary>What is found after a power cut: of what was not synced each write, and each sector of a torn one, is there or not; null when there is no file.</summary>
    public byte[]? AfterCut(Random random)
    {
        if (_deleted && random.Next(2) == 0) return null;
        if (_durable is null && (_pending.Count == 0 || random.Next(2) == 0)) return null;
        // All of it, none of it, or some of it: the extremes are the likely ones.
        var share = random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => random.NextDouble() };
        var content = new MemoryStream();
        _durable?.WriteTo(content);
        foreach (var (offset, written) in _pending)
        {
            if (random.NextDouble() >= share) continue;
            if (written is null || random.Next(4) != 0)
            {
                Apply(content, offset, written);
                continue;
            }

            for (var at = 0; at < written.Length; at += Sector)
            {
                if (random.Next(2) == 0) Apply(content, offset + at, written[at..Math.Min(written.Length, at + Sector)]);
            }
        }

        return content.ToArray();
    }

    private static void Apply(MemoryStream content, long offset, byte[]? written)
    {
        if (written is null)
        {
            content.SetLength(offset);
            return;
        }

        content.Position = offset;
        content.Write(written);
    }
}
