namespace FnMesh.Shim.Tests.Revisions;

public sealed class ReplicaTests
{
    [Fact]
    public async Task A_replica_whose_process_ends_while_it_starts_is_replaced()
    {
        await using var mesh = new Mesh();

        Assert.Empty(await mesh.ReadyAsync(mesh.Function("one", $"first:{mesh.Folder["began"]}")));

        Assert.Equal("ended with 3 before it listened on its PORT; it is started again in 0.2 s", (await mesh.SaidAsync("ended with")).Text);
        Assert.Equal("one", await FunctionProcess.AskAsync(Assert.Single(mesh.EndpointsOf("one")), "FNMESH_REVISION"));
    }

    [Fact]
    public async Task A_replica_that_cannot_start_for_a_reason_that_nobody_foresaw_says_so_and_holds_nobody_up()
    {
        await using var mesh = new Mesh(options => options with
        {
            Join = new MeshJoin(new Uri("https://127.0.0.1:1"), app => throw new InvalidOperationException($"there is no token for {app}"), options.DataDirectory),
        });

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Function("one")));

        Assert.Equal("app/one: cannot start: there is no token for app", failure.Message);
    }
}
