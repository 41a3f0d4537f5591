using System.Net.Sockets;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Identity;

public sealed class UnknownPeersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(Authority.Now);
    private readonly List<string> _said = [];

    [Fact]
    public void One_more_than_there_may_be_is_cut_off_while_the_others_shake_hands()
    {
        var peers = new UnknownPeers(2, _said.Add, _time);
        CutConnection[] connections = [new(), new(), new()];

        var taken = Array.ConvertAll(connections, peers.Take);

        Assert.Equal([false, false, true], connections.Select(connection => connection.IsCut));
        Assert.Null(taken[2]);
        Assert.Equal("2 connections have not shown whose they are; the newest of them is cut off", Assert.Single(_said));
    }

    [Fact]
    public void Who_has_held_a_connection_for_longer_than_a_handshake_takes_makes_room_for_the_next()
    {
        var peers = new UnknownPeers(2, _said.Add, _time);
        CutConnection[] connections = [new(), new(), new(), new()];
        peers.Take(connections[0]);
        _time.Advance(UnknownPeers.Grace);
        peers.Take(connections[1]);

        Assert.NotNull(peers.Take(connections[2]));
        Assert.Null(peers.Take(connections[3]));

        Assert.Equal([true, false, false, true], connections.Select(connection => connection.IsCut));
    }

    [Fact]
    public void Who_is_known_or_has_gone_takes_no_room()
    {
        var peers = new UnknownPeers(1, _said.Add, _time);
        peers.Take(new CutConnection())!.Dispose();
        var place = peers.Take(new CutConnection())!;
        place.Dispose();
        place.Dispose();

        Assert.NotNull(peers.Take(new CutConnection()));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_listener_bounds_connections_on_which_nobody_speaks_and_not_those_of_members()
    {
        var authority = new Authority();
        var server = new NodeCredentials(authority.Sign("spiffe://shop.local/gateway"), authority.Bundle(), _time);
        await using var end = await MeshEnd.StartAsync(server, time: _time, maxUnknown: 1);
        using var one = MeshEnd.Member(new NodeCredentials(authority.Sign("spiffe://shop.local/ns/default/app/pricing"), authority.Bundle(), _time));
        using var two = MeshEnd.Member(new NodeCredentials(authority.Sign("spiffe://shop.local/ns/default/app/orders"), authority.Bundle(), _time));
        Assert.StartsWith("spiffe://shop.local/ns/default/app/pricing ", await one.GetStringAsync(end.Address), StringComparison.Ordinal);
        Assert.StartsWith("spiffe://shop.local/ns/default/app/orders ", await two.GetStringAsync(end.Address), StringComparison.Ordinal);

        TcpClient[] silent = [new(), new()];
        var ends = Array.ConvertAll(silent, client => EndAsync(client, end));
        await Task.WhenAny(ends).WaitAsync(Patience);

        _ = Assert.Single(ends, read => read.IsCompleted);
        Assert.Contains("1 connections have not shown whose they are", Assert.Single(end.Refused), StringComparison.Ordinal);
        foreach (var client in silent) client.Dispose();
    }

    /// <summary>Connects, and completes when the other end has closed, which may be before the connection is reported.</summary>
    private static async Task EndAsync(TcpClient client, MeshEnd end)
    {
        try
        {
            await client.ConnectAsync(end.Address.Host, end.Address.Port);
            await client.GetStream().ReadExactlyAsync(new byte[1]);
        }
        catch (Exception closed) when (closed is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed or reset.
        }
    }

    private sealed class CutConnection : DefaultConnectionContext
    {
        public bool IsCut { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsCut = true;
    }
}
