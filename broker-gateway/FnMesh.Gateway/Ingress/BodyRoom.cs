namespace FnMesh.Gateway.Ingress;

/// <summary>How many bytes of bodies may be kept at once while they are read, for all callers together: nobody has been authorized before a body of events is whole.</summary>
/// <param name="maxBytes">The bound.</param>
internal sealed class BodyRoom(long maxBytes)
{
    private long _taken;

    /// <summary>One body's part, empty at first; disposing of it gives it back.</summary>
    public Share Open() => new(this);

    internal sealed class Share(BodyRoom room) : IDisposable
    {
        private long _bytes;

        /// <summary>Makes room for so many bytes more; false when there is none.</summary>
        public bool TryGrow(long bytes)
        {
            if (Interlocked.Add(ref room._taken, bytes) > room.Max)
            {
                Interlocked.Add(ref room._taken, -bytes);
                return false;
            }

            _bytes += bytes;
            return true;
        }

        public void Dispose() => Interlocked.Add(ref room._taken, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Max => maxBytes;
}
