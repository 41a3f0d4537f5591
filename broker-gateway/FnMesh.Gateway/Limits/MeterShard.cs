using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FnMesh.Gateway.Limits;

/// <summary>
/// A part of the keys. At its bound it forgets the key that was used longest ago and has nothing under way, which begins anew should it come back: a limit may then
/// let through more than it says, and never less.
/// </summary>
internal sealed class MeterShard
{
    public const int Capacity = 2_048;

    /// <summary>Longer keys are kept as their digest.</summary>
    private const int MaxKeyLength = 128;

    /// <summary>How many are looked at for one that has nothing under way.</summary>
    private const int Tries = 8;

    private readonly Dictionary<string, Meters> _keys = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Meters? _newest;
    private Meters? _oldest;

    public Meters Of(string key)
    {
        if (key.Length > MaxKeyLength) key = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(key.AsSpan())));
        lock (_lock)
        {
            if (_keys.TryGetValue(key, out var known))
            {
                if (known == _newest) return known;
                Unlink(known);
                Link(known);
                return known;
            }

            if (_keys.Count >= Capacity) Forget();
            var added = new Meters(key);
            _keys.Add(key, added);
            Link(added);
            return added;
        }
    }

    private void Forget()
    {
        var idle = _oldest!;
        for (var tries = 1; tries < Tries && idle.InFlight.Count > 0 && idle.Newer is { } next; tries++) idle = next;
        var forgotten = idle.InFlight.Count > 0 ? _oldest! : idle;
        Unlink(forgotten);
        _keys.Remove(forgotten.Key);
    }

    private void Link(Meters meters)
    {
        (meters.Older, meters.Newer) = (_newest, null);
        if (_newest is not null) _newest.Newer = meters;
        _newest = meters;
        _oldest ??= meters;
    }

    private void Unlink(Meters meters)
    {
        if (meters.Newer is { } newer) newer.Older = meters.Older;
        else _newest = meters.Older;
        if (meters.Older is { } older) older.Newer = meters.Newer;
        else _oldest = meters.Newer;
    }
}
