using System.IO.Pipelines;
using System.Net;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Http;

public sealed class PriorKnowledgeTransportTests
{
    [Fact]
    public async Task A_connection_that_says_nothing_for_ten_seconds_of_the_gateways_clock_is_aborted()
    {
        var time = new FakeTimeProvider();
        await using var connection = new Silent();
        var served = new PriorKnowledgeTransport(new NoSockets(), time).RouteAsync(connection, _ => Task.CompletedTask);

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(connection.Aborted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(connection.Aborted);

        await served.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    /// <summary>A connection whose reader goes on at once, on the thread that woke it.</summary>
    private sealed class Silent : DefaultConnectionContext, IDuplexPipe
    {
        private readonly Pipe _pipe = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

        public Silent() => Transport = this;

        public bool Aborted { get; private set; }

        public PipeReader Input => _pipe.Reader;

        public PipeWriter Output => _pipe.Writer;

        public override void Abort(ConnectionAbortedException abortReason) => Aborted = true;
    }

    private sealed class NoSockets : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
