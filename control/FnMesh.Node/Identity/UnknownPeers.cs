using Microsoft.AspNetCore.Connections;

namespace FnMesh.Node.Identity;

/// <summary>
/// The connections of one listener of which nobody knows yet whose they are, from their first packet until their handshake tells; who shows no certificate stays among them.
/// There are no more than <paramref name="max"/>: one more takes the place of the oldest, if that has had <see cref="Grace"/>, and is cut off itself if not, so that neither who holds
/// connections without a word nor many who come at once keep members out for long.
/// </summary>
/// <param name="max">How many.</param>
/// <param name="refused">Told why one is cut off; must not block.</param>
/// <param name="time">The clock.</param>
internal sealed class UnknownPeers(int max, Action<string> refused, TimeProvider time)
{
    /// <summary>Enough for the handshakes of as many as there may be.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly LinkedList<Place> _places = new();

    /// <returns>Null when the connection was cut off.</returns>
    public Place? Take(ConnectionContext connection)
    {
        var place = new Place(this, connection, time.GetTimestamp());
        var cut = connection;
        lock (_gate)
        {
            if (_places.Count < max) cut = null;
            else if (time.GetElapsedTime(_places.First!.Value.Since) >= Grace) cut = RemoveOldest();
            if (cut != connection) place.Node = _places.AddLast(place);
        }

        if (cut is not null)
        {
            var cause = $"{max} connections have not shown whose they are; the {(cut == connection ? "newest" : "oldest")} of them is cut off";
            refused(cause);
            cut.Abort(new ConnectionAbortedException(cause));
        }

        return cut == connection ? null : place;
    }

    private ConnectionContext RemoveOldest()
    {
        var oldest = _places.First!.Value;
        Remove(oldest);
        return oldest.Connection;
    }

    private void Remove(Place place)
    {
        if (place.Node is null) return;
        _places.Remove(place.Node);
        place.Node = null;
    }

    /// <summary>One of them.</summary>
    public sealed class Place(UnknownPeers peers, ConnectionContext connection, long since) : IDisposable
    {
        public ConnectionContext Connection => connection;

        public long Since => since;

        /// <summary>Null when it has left. Belongs to the lock.</summary>
        public LinkedListNode<Place>? Node { get; set; }

        /// <summary>It is known now whose it is, or it has ended.</summary>
        public void Dispose()
        {
            lock (peers._gate) peers.Remove(this);
        }
    }
}
