using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace FnMesh.Node.Identity;

/// <summary>
/// Ends one connection of a listener. At its greatest age, and <see cref="LastCall"/> before a certificate of its handshake ends if that is sooner, it is asked to end: HTTP/2 says GOAWAY and
/// HTTP/1.1 closes after the answer. What does not end by itself, such as a WebSocket or an endless answer, is cut off when a certificate of its handshake has ended, and once it was asked
/// as soon as the peer is nobody any more by the trust bundle of that moment.
/// </summary>
internal sealed class ConnectionEnd : IDisposable
{
    /// <summary>What is in flight gets as long after it was asked.</summary>
    internal static readonly TimeSpan LastCall = TimeSpan.FromSeconds(30);

    /// <summary>Timers do not see the clock jump, nor a machine sleep; and none can be set for more than 49 days.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    private readonly ConnectionContext _connection;
    private readonly X509Certificate2? _peer;
    private readonly Func<NodeCredentials> _credentials;
    private readonly Action<string> _cut;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _ends;
    private readonly TimeSpan _maxAge;
    private readonly long _began;
    private readonly ITimer _timer;
    private int _looking;
    private long? _asked;

    /// <param name="connection">After its handshake.</param>
    /// <param name="tls">Of the handshake; null where it is not known.</param>
    /// <param name="peer">What the peer showed; null for nothing, and then the connection has <see cref="LastCall"/> after it was asked.</param>
    /// <param name="credentials">Whom to trust.</param>
    /// <param name="cut">Told why it is cut off; must not block.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxAge">When it is asked at the latest, from now.</param>
    public ConnectionEnd(ConnectionContext connection, SslStream? tls, X509Certificate2? peer, Func<NodeCredentials> credentials, Action<string> cut, TimeProvider time, TimeSpan maxAge)
    {
        (_connection, _peer, _credentials, _cut, _time) = (connection, peer, credentials, cut, time);
        (_maxAge, _began) = (maxAge, time.GetTimestamp());
        DateTimeOffset own = (tls?.LocalCertificate as X509Certificate2 ?? credentials().Svid.Leaf).NotAfter;
        DateTimeOffset theirs = peer?.NotAfter ?? DateTimeOffset.MaxValue;
        _ends = own < theirs ? own : theirs;
        _timer = time.CreateTimer(static state => ((ConnectionEnd)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Look();
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A clock that leaps may call this while it is here already.
        if (Interlocked.Exchange(ref _looking, 1) != 0) return;
        var now = _time.GetUtcNow();
        if (Fault(now) is { } fault)
        {
            _cut($"a connection that did not end is cut off: {fault}");
            _connection.Abort(new ConnectionAbortedException(fault));
            return;
        }

        if (_asked is null && Unasked(now) <= TimeSpan.Zero)
        {
            _asked = _time.GetTimestamp();
            _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        Volatile.Write(ref _looking, 0);
        _timer.Change(Next(now), Timeout.InfiniteTimeSpan);
    }

    private string? Fault(DateTimeOffset now)
    {
        if (now >= _ends) return "a certificate of its handshake has ended";
        if (_asked is not { } asked || _time.GetElapsedTime(asked) < LastCall) return null;
        if (_peer is null) return "its greatest age has passed";
        _credentials().Identify(_peer, null, out var fault);
        return fault is null ? null : $"its peer's certificate {fault}";
    }

    private TimeSpan Next(DateTimeOffset now)
    {
        var left = _asked is null ? Unasked(now) : _ends - now;
        var longest = _asked is { } asked ? UntilLook(_time.GetElapsedTime(asked)) : LongestLook;
        return left > longest ? longest : left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>A timer may be early by a little.</summary>
    private static TimeSpan UntilLook(TimeSpan sinceAsked) => sinceAsked < LastCall ? LastCall - sinceAsked : LastCall;

    /// <summary>How long until it is asked to end: its age is what has passed, whatever the clock was set to meanwhile.</summary>
    private TimeSpan Unasked(DateTimeOffset now)
    {
        var (ends, age) = (_ends - LastCall - now, _maxAge - _time.GetElapsedTime(_began));
        return ends < age ? ends : age;
    }
}
