using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Pipeline;

/// <summary>What is said of calls that ended before they were answered.</summary>
[Collection("telemetry")]
public sealed class CutShortTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_call_that_the_gateway_cuts_when_its_time_to_stop_is_up_is_not_laid_at_its_callers_door()
    {
        await using var function = await SilentAsync();
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        var call = mesh.Client.GetAsync(new Uri("/slow", UriKind.Relative), Cancel);
        await _reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        using var patience = new CancellationTokenSource();
        var stopping = mesh.StopAsync(patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        var line = await mesh.Log.HearAsync("Refused", Cancel);
        Assert.Contains("Stopped", line, StringComparison.Ordinal);
        Assert.Contains("the gateway stopped before it was answered", line, StringComparison.Ordinal);
        await Record.ExceptionAsync(() => stopping);
    }

    [Fact]
    public async Task A_call_whose_caller_goes_away_is_its_callers()
    {
        await using var function = await SilentAsync();
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var call = mesh.Client.GetAsync(new Uri("/slow", UriKind.Relative), caller.Token);
        await _reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Contains("the caller went away", await mesh.Log.HearAsync("Refused", Cancel), StringComparison.Ordinal);
    }

    /// <summary>A function that takes a call and never answers it.</summary>
    private Task<ScriptedFunction> SilentAsync() => ScriptedFunction.StartAsync(async (context, _) =>
    {
        _reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    });
}
