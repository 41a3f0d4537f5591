namespace FnMesh.Gateway.Ingress;

/// <summary>
/// How many bytes of bodies may be kept at once while they are read: nobody has been authorized before a body of events is whole. All callers share one bound, and each has one of its own,
/// so that whoever sends slowly leaves room for others.
/// </summary>
/// <param name="maxBytes">The bound of all.</param>
/// <param name="maxBytesOfOne">The bound of one caller.</param>
internal sealed class BodyRoom(long maxBytes, long maxBytesOfOne)
{
    private readonly Lock _gate = new();

    /// <summary>What each caller holds; who holds nothing is not in it.</summary>
    private readonly Dictionary<object, long> _held = [];
    private long _taken;

    /// <summary>One body's part, empty at first; disposing of it gives it back.</summary>
    /// <param name="caller">Who sends it; equal for all bodies of one caller.</param>
    public Share Open(object caller) => new(this, caller);

    private string? Take(object caller, long bytes)
    {
        lock (_gate)
        {
            if (_taken + bytes > maxBytes) return $"more than {maxBytes >> 20} MiB of events are being received";
            var held = _held.GetValueOrDefault(caller) + bytes;
            if (held > maxBytesOfOne) return $"more than {maxBytesOfOne >> 20} MiB of events are being received from this caller";
            _held[caller] = held;
            _taken += bytes;
            return null;
        }
    }

    private void GiveBack(object caller, long bytes)
    {
        if (bytes == 0) return;
        lock (_gate)
        {
            _taken -= bytes;
            if (_held[caller] == bytes) _held.Remove(caller);
            else _held[caller] -= bytes;
        }
    }

    internal sealed class Share(BodyRoom room, object caller) : IDisposable
    {
        private long _bytes;

        /// <summary>Why there was no room; null while there was.</summary>
        public string? Fault { get; private set; }

        /// <summary>Makes room for so many bytes more; false when there is none.</summary>
        public bool TryGrow(long bytes)
        {
            Fault = room.Take(caller, bytes);
            if (Fault is not null) return false;
            _bytes += bytes;
            return true;
        }

        public void Dispose() => room.GiveBack(caller, Interlocked.Exchange(ref _bytes, 0));
    }
}
