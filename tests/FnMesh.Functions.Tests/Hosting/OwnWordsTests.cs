namespace FnMesh.Functions.Tests.Hosting;

public sealed class OwnWordsTests
{
    [Fact]
    public async Task A_function_cannot_say_that_it_never_saw_the_request()
    {
        // The middleware of this app adds the header to every answer.
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync("no-such-function", "{}");
        using var failed = await app.Client.GetAsync("/Failing?name=x");
        using var called = await app.Client.GetAsync("/Function1");

        Assert.All([answer, failed, called], found => Assert.False(found.Headers.Contains("fnmesh-unsent")));
    }
}
