using FnMesh.Control.Identity;
using FnMesh.Control.Nodes;
using FnMesh.Node.Storage;

namespace FnMesh.Control.Tests.Nodes;

public sealed class OwnRenewalTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SaidLines _said = new();
    private readonly CancellationTokenSource _stop = new(TestPlane.Patience);
    private readonly ResetClock _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_renewal_that_fails_is_said_and_tried_again_soon()
    {
        var (running, tries) = await RunAsync(fails: 1);

        _time.Jump(TimeSpan.FromHours(13));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("of the test", await _said.NextAsync("control's own SVID could not be renewed", _stop.Token), StringComparison.Ordinal);
        await _time.ArmedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await tries.WaitAsync(TestPlane.Patience);
        await EndAsync(running);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(-13)]
    public async Task A_clock_that_is_set_anew_is_seen_within_a_minute(int hours)
    {
        var (running, tries) = await RunAsync(fails: 0);

        _time.Jump(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromMinutes(1));

        await tries.WaitAsync(TestPlane.Patience);
        await EndAsync(running);
    }

    /// <summary>Completes when it waits; the second task when it has renewed.</summary>
    private async Task<(Task Running, Task Renewed)> RunAsync(int fails)
    {
        var authority = EmbeddedAuthority.Open(PrivateFolder.Open(_folder.Path), TestPlane.TrustDomain, _time);
        var life = new SvidLife();
        var own = new ControlCredentials(authority, TestPlane.TrustDomain, life, _time);
        var credentials = await own.CreateAsync(_stop.Token);
        var renewed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        credentials.Changed += () => renewed.TrySetResult();
        var running = new OwnRenewal(credentials, life, cancel => fails-- > 0 ? throw new InvalidOperationException("of the test") : own.RenewAsync(credentials, cancel), _said, _time).RunAsync(_stop.Token);
        Assert.Equal(TimeSpan.FromMinutes(1), await _time.ArmedAsync());
        return (running, renewed.Task);
    }

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.WaitAsync(TestPlane.Patience);
    }
}
