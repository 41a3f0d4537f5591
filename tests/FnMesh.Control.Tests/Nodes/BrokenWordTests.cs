using FnMesh.Node;

namespace FnMesh.Control.Tests.Nodes;

public sealed class BrokenWordTests
{
    [Fact]
    public async Task A_word_that_breaks_control_is_said_and_the_node_comes_again()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var broken = false;
        test.Plane.PlaceTaken += (_, _, _) =>
        {
            if (broken) return;
            broken = true;
            throw new InvalidOperationException("of the test");
        };
        var debugged = await test.JoinFunctionAsync("debugged");
        debugged.Connect(new NodeDuties());

        var announced = debugged.AnnounceAsync(TestPlane.Endpoint("https://127.0.0.1:4711", inPlace: true), test.Deadline);

        Assert.Contains("of the test", await test.Said.NextAsync("a word of node debugged could not be taken", test.Deadline), StringComparison.Ordinal);
        Assert.Empty(await announced);
    }

    [Fact]
    public async Task A_word_of_control_that_breaks_a_node_ends_its_stream_and_it_comes_again()
    {
        await using var test = await TestPlane.StartAsync();
        test.Publish(TestPlane.Policy());
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var broken = false;
        var function = await test.JoinFunctionAsync();
        function.Connect(new NodeDuties
        {
            Gateways = _ =>
            {
                if (broken)
                {
                    told.TrySetResult();
                    return;
                }

                broken = true;
                throw new ArgumentException("of the test");
            },
        });
        var gateway = await test.JoinGatewayAsync();
        gateway.Connect(new Served().Duties);

        await gateway.AnnounceAsync(new Node.Protocol.Announcement { Gateway = new Node.Protocol.GatewayAddresses { Edge = "http://127.0.0.1:4711", Mesh = "https://127.0.0.1:4712" } }, test.Deadline);

        Assert.Contains("of the test", await test.Said.NextAsync("of the test", test.Deadline), StringComparison.Ordinal);
        await told.Task.WaitAsync(TestPlane.Patience);
    }
}
