using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class InvocationTests
{
    private const string Never = "\"does\": \"never\"";

    private static readonly string NodeCapabilities = """ "capabilities": { "RawHttpBodyBytes": "true", "HandlesWorkerTerminateMessage": "true" }, """;

    [Fact]
    public async Task A_caller_whose_time_is_up_is_answered_504_and_the_function_is_told()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("slow", Never)));
        var late = await app.CallAsync("GET", "/api/slow", null, default, ("fnmesh-deadline", "50"));
        Assert.Equal((504, "Timeout"), (late.Status, late.Headers["fnmesh-verdict"]));
        await app.Lines.FirstAsync("slow was cancelled");
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_its_run()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("slow", Never)));
        using var caller = new CancellationTokenSource();
        var calling = app.CallAsync("GET", "/api/slow", null, caller.Token);
        await app.Lines.FirstAsync("slow never ends");
        await caller.CancelAsync();
        Assert.Equal(0, (await calling).Status);
        await app.Lines.FirstAsync("slow was cancelled");
    }

    [Fact]
    public async Task A_run_that_a_worker_without_cancellation_does_not_end_keeps_its_place_until_the_worker_is_started_anew()
    {
        var time = new FakeTimeProvider();
        await using var app = await ScriptedApp.StartAsync(
            NodeCapabilities + ScriptedApp.Functions(ScriptedApp.Http("slow", Never), ScriptedApp.Http("fast")),
            host: """ "functionTimeout": "00:01:00", "extensions": { "http": { "maxOutstandingRequests": 1 } } """, time: time);
        var calling = app.CallAsync("GET", "/api/slow");
        await app.Lines.FirstAsync("slow never ends");

        var full = await app.CallAsync("GET", "/api/fast");
        Assert.Equal((true, 503, "full"), (full.Seen, full.Status, full.Headers["fnmesh-unsent"]));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(504, (await calling).Status);
        Assert.Equal(503, (await app.CallAsync("GET", "/api/fast")).Status);

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("it is started anew: a function did not end 10 s after its time (00:01:00) was over", (await app.Worker.Ended).Text);
    }

    [Fact]
    public async Task What_runs_in_a_worker_that_ends_is_broken_off_and_what_comes_later_goes_to_the_next_one()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("slow", Never), ScriptedApp.Http("crash", "\"does\": \"crash\"")));
        var slow = app.CallAsync("GET", "/api/slow");
        await app.Lines.FirstAsync("slow never ends");

        Assert.Equal(0, (await app.CallAsync("GET", "/api/crash")).Status);
        Assert.Equal(0, (await slow).Status);
        Assert.Equal("its worker ended with 3", (await app.Worker.Ended).Text);
        Assert.False((await app.CallAsync("GET", "/api/slow")).Seen);
    }

    [Fact]
    public async Task A_worker_may_ask_to_be_started_anew()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("restart", "\"does\": \"restart\"")));
        await app.CallAsync("GET", "/api/restart");
        Assert.True((await app.Worker.Ended).IsWanted);
    }

    [Fact]
    public async Task A_worker_that_ends_its_stream_alone_is_of_no_use()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("end", "\"does\": \"halfclose\"")));
        Assert.Equal(0, (await app.CallAsync("GET", "/api/end")).Status);
        await app.Worker.Ended;
    }

    [Fact]
    public async Task A_worker_that_is_told_to_end_is_let_end_what_it_runs()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("slow", Never)));
        using var caller = new CancellationTokenSource();
        var calling = app.CallAsync("GET", "/api/slow", null, caller.Token);
        await app.Lines.FirstAsync("slow never ends");

        var stopping = app.Worker.StopAsync(TimeSpan.FromSeconds(20));
        Assert.False((await app.CallAsync("GET", "/api/slow")).Seen);
        await caller.CancelAsync();
        await calling;

        Assert.True(await stopping);
        await app.Lines.FirstAsync("told to end within 5 s");
        Assert.Contains(app.Lines.All, line => line.Text.Contains("slow was cancelled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_does_not_say_that_it_is_there_is_told_of()
    {
        var time = new FakeTimeProvider();
        await using var app = await ScriptedApp.StartAsync("\"withholds\": \"status\", " + ScriptedApp.Functions(ScriptedApp.Http("hello")), time: time);
        time.Advance(TimeSpan.FromSeconds(10));
        await app.Lines.FirstAsync("asked whether it is there");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await app.Lines.FirstAsync("the worker has not answered for 10 s")).IsError);
    }
}
