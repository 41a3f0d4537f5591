using System.Net.Sockets;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.TakeOver;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.TakeOver;

public sealed class ForwardedEventsTests : IDisposable
{
    private const int Backlog = 16, Publications = 100;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task More_publications_at_once_than_the_socket_of_the_successor_holds_wait_for_their_turn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets are handed to another process on Linux alone");
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(TakeOverLink.PathIn(_folder.Path)));
        door.Listen(Backlog);
        await using var log = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance, TimeProvider.System, Cancel);
        using var forwarded = new ForwardedEvents(_folder.Path, TimeProvider.System);

        var sent = Enumerable.Range(0, Publications).Select(number => forwarded.SendAsync([Reading.Record(("id", $"{number}"), ("source", "/test"), ("type", "test.a"))], Cancel).AsTask()).ToArray();
        var taking = TakeAsync();

        var offsets = await Task.WhenAll(sent);
        await taking;
        Assert.Equal(Publications, offsets.Distinct().Count());

        async Task TakeAsync()
        {
            for (var taken = 0; taken < Publications; taken++)
            {
                using var link = new TakeOverLink(await door.AcceptAsync(Cancel));
                var asked = await link.ReadLineAsync(Cancel);
                await ForwardedEvents.TakeAsync(link, asked![(TakeOverLink.Append.Length + 1)..], log, Cancel);
            }
        }
    }
}
