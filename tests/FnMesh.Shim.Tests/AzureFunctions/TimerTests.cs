using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Timers;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class TimerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_timer_runs_when_its_time_has_come_and_is_told_of_it()
    {
        var time = new FakeTimeProvider(Start);
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(Timer("tick", "\"schedule\": \"0 */5 * * * *\"", "logs")), time: time);
        using var stop = new CancellationTokenSource();
        var running = app.Timers.RunAsync(stop.Token);

        time.Advance(TimeSpan.FromSeconds(54));
        Assert.DoesNotContain(app.Lines.All, line => line.Text.Contains("ran tick", StringComparison.Ordinal));
        Assert.Equal(Start, new TimerRegister(app.Folder["timers"]).ReadLast("app", "TICK"));
        var told = await TickAsync(app, time);

        Assert.False(told.GetProperty("IsPastDue").GetBoolean());
        Assert.Equal("2026-01-02T03:10:00.0000000Z", told.GetProperty("ScheduleStatus").GetProperty("Next").GetString());
        Assert.True(told.GetProperty("Schedule").GetProperty("AdjustForDST").GetBoolean());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_fell_due_while_nothing_ran_is_made_up_for_once()
    {
        var time = new FakeTimeProvider(Start);
        var app = ScriptedApp.Write(ScriptedApp.Functions(Timer("tick", "\"schedule\": \"00:10:00\"", "logs")));
        await using (app)
        {
            new TimerRegister(app.Folder["timers"]).WriteLast("app", "tick", Start - TimeSpan.FromHours(2));
            await app.StartAsync(time);
            using var stop = new CancellationTokenSource();
            var running = app.Timers.RunAsync(stop.Token);

            var told = JsonDocument.Parse(JsonDocument.Parse((await app.Lines.FirstAsync("ran tick")).Text.Split("ran tick: ")[1]).RootElement.GetProperty("inputData")[0].GetProperty("data").GetProperty("json").GetString()!).RootElement;
            Assert.True(told.GetProperty("IsPastDue").GetBoolean());
            await stop.CancelAsync();
            await running;
            Assert.Single(app.Lines.All, line => line.Text.Contains("ran tick", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_of_several_runs_it_and_another_takes_over_when_that_ends()
    {
        using var folder = new TempFolder();
        var register = new TimerRegister(folder.Path);
        var first = await register.EnterAsync("shop", "tick", Cancel);
        var second = register.EnterAsync("shop", "tick", Cancel);
        using var other = await register.EnterAsync("shop", "tock", Cancel);
        Assert.False(second.IsCompleted);
        first.Dispose();
        first.Dispose();
        using var taken = await second;
    }

    [Fact]
    public async Task A_timer_that_fails_is_run_again_as_its_retry_says_and_is_told_of_that()
    {
        var time = new FakeTimeProvider(Start);
        await using var app = await ScriptedApp.StartAsync(
            "\"functions\": [ { \"name\": \"tick\", \"does\": \"failtwice\", \"retry\": { \"count\": 3, \"delay\": 2 }, \"bindings\": [ { \"name\": \"t\", \"type\": \"timerTrigger\", \"direction\": \"In\", \"schedule\": \"01:00:00\", \"runOnStartup\": true } ] } ]", time: time);
        using var stop = new CancellationTokenSource();
        var running = app.Timers.RunAsync(stop.Token);

        await app.Lines.FirstAsync("(repetition 0 of 3): it fails twice");
        await AdvanceUntilAsync(time, app, "(repetition 1 of 3): it fails twice");
        await AdvanceUntilAsync(time, app, "tick succeeds at last");
        await stop.CancelAsync();
        await running;
        Assert.DoesNotContain(app.Lines.All, line => line.Text.Contains("repetition 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_by_its_name_it_runs_now()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(Timer("tick", "\"schedule\": \"01:00:00\"", "logs")));
        Assert.Equal(204, (await app.CallAsync("POST", "/_fnmesh/functions/tick")).Status);
        await app.Lines.FirstAsync("ran tick");
    }

    [Theory]
    [InlineData("0 */5 * * * *", "2026-01-02T03:05:00Z")]
    [InlineData("*/5 * * * *", "2026-01-02T03:05:00Z")]
    [InlineData("30 4 3 * * *", "2026-01-02T03:04:30Z")]
    [InlineData("00:00:10", "2026-01-02T03:04:15Z")]
    public void Schedules_are_cron_with_or_without_seconds_and_intervals(string schedule, string next) => Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), TimerSchedule.Parse(schedule).After(Start));

    private static string Timer(string name, string trigger, string does) => $$"""{ "name": "{{name}}", "does": "{{does}}", "bindings": [ { "name": "t", "type": "timerTrigger", "direction": "In", {{trigger}} } ] }""";

    private static async Task<JsonElement> TickAsync(ScriptedApp app, FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        var line = await app.Lines.FirstAsync("ran tick");
        return JsonDocument.Parse(JsonDocument.Parse(line.Text.Split("ran tick: ")[1]).RootElement.GetProperty("inputData")[0].GetProperty("data").GetProperty("json").GetString()!).RootElement;
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, ScriptedApp app, string said)
    {
        time.Advance(TimeSpan.FromSeconds(2));
        await app.Lines.FirstAsync(said);
    }
}
