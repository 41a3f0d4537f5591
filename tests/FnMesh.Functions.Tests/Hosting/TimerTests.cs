using System.Net;
using System.Threading.Channels;
using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class TimerTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ArmedClock _time = new(Start);
    private readonly Channel<TimerInfo> _runs = Channel.CreateUnbounded<TimerInfo>();
    private readonly List<WebApplication> _apps = [];
    private readonly List<int> _repetitions = [];

    [Fact]
    public async Task A_timer_runs_when_its_schedule_says_and_is_told_its_times()
    {
        await StartAsync("0 */5 * * * *");
        await PassAsync(TimeSpan.FromMinutes(5));
        var run = await RunAsync();
        Assert.Equal(Start.AddMinutes(10).UtcDateTime, run.ScheduleStatus!.Next);
        Assert.False(run.IsPastDue);
        Assert.False(_runs.Reader.TryPeek(out _));
    }

    [Theory]
    [InlineData("*/5 * * * *", 5)]
    [InlineData("00:00:30", 0.5)]
    [InlineData("0 30 12 * * *", 30)]
    public async Task Cron_of_five_and_six_fields_and_intervals_are_understood(string schedule, double minutes)
    {
        await StartAsync(schedule);
        await PassAsync(TimeSpan.FromMinutes(minutes));
        Assert.Equal(Start.UtcDateTime, (await RunAsync()).ScheduleStatus!.Last);
    }

    [Fact]
    public async Task A_timer_that_runs_on_startup_waits_for_nothing()
    {
        await StartAsync("0 0 0 1 1 *", onStartup: true);
        await RunAsync();
    }

    [Fact]
    public async Task A_run_that_fails_does_not_end_its_timer()
    {
        await StartAsync("00:01:00", fails: true);
        await PassAsync(TimeSpan.FromMinutes(1));
        await RunAsync();
        await PassAsync(TimeSpan.FromMinutes(1));
        await RunAsync();
    }

    [Fact]
    public async Task A_run_whose_services_fail_when_they_are_disposed_of_does_not_end_its_timer()
    {
        await StartAsync("00:01:00", disposalFails: true);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(2).UtcDateTime, (await RunAsync()).ScheduleStatus!.Next);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Start.AddMinutes(3).UtcDateTime, (await RunAsync()).ScheduleStatus!.Next);
    }

    [Fact]
    public async Task A_timer_runs_at_once_when_it_is_asked_to_and_its_schedule_stays()
    {
        await StartAsync("0 */5 * * * *");
        using var client = Client();
        using var answer = await client.PostAsync("/_fnmesh/functions/tick", null);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Start.AddMinutes(5).UtcDateTime, (await RunAsync()).ScheduleStatus!.Next);
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(Start.UtcDateTime, (await RunAsync()).ScheduleStatus!.Last);
    }

    [Fact]
    public async Task A_timer_that_is_asked_to_run_while_it_runs_refuses_and_one_that_fails_says_so()
    {
        var held = new TaskCompletionSource();
        await StartAsync("0 0 0 1 1 *", run: () => held.Task);
        using var client = Client();
        var first = client.PostAsync("/_fnmesh/functions/tick", null);
        await RunAsync();
        using (var second = await client.PostAsync("/_fnmesh/functions/tick", null))
        {
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
            Assert.Contains("a timer never overlaps itself", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        held.SetException(new InvalidOperationException("this run fails"));
        using var failed = await first;
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        using var again = await client.PostAsync("/_fnmesh/functions/tick", null);
        Assert.Equal(HttpStatusCode.InternalServerError, again.StatusCode);
    }

    [Fact]
    public async Task A_timer_that_fails_is_tried_again_as_its_retry_says_and_then_left_until_it_is_due()
    {
        await StartAsync("* * * * *", fails: true, retry: new FunctionRetry(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)));
        foreach (var wait in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(25) })
        {
            Assert.Equal(wait, await _time.ArmedAsync());
            _time.Advance(wait);
            await RunAsync();
        }

        Assert.Equal([0, 1, 2, 0], _repetitions);
    }

    [Fact]
    public async Task The_templates_timer_class_runs_and_logs_the_next_time_that_it_was_told()
    {
        using var log = new ToldLog();
        await StartAsync(FunctionRegistry.All().Single(function => function.Descriptor.Name == "TimerTrigger1"), log);

        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(Start.AddMinutes(10).UtcDateTime, await log.ValueAsync("Company.Function.TimerTrigger1", "nextSchedule").WaitAsync(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps) await app.DisposeAsync();
    }

    private async Task StartAsync(string schedule, bool onStartup = false, bool fails = false, FunctionRetry? retry = null, Func<Task>? run = null, bool disposalFails = false)
    {
        var descriptor = new FunctionDescriptor { Name = "tick", Trigger = FunctionTrigger.Timer, EntryPoint = "Tick.Run", Schedule = schedule, RunOnStartup = onStartup, Retry = retry };
        var tick = new FunctionRegistration(descriptor, _ => context =>
        {
            _runs.Writer.TryWrite(context.Timer!);
            _repetitions.Add(context.RetryContext!.RetryCount);
            if (disposalFails) context.InstanceServices.GetRequiredService<Broken>();
            return fails ? throw new InvalidOperationException("this run fails") : run?.Invoke() ?? Task.CompletedTask;
        });
        await StartAsync(tick, null);
    }

    private async Task StartAsync(FunctionRegistration timer, ILoggerProvider? log)
    {
        var builder = new FunctionsApplicationBuilder(["--urls", "http://127.0.0.1:0"], [timer]);
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(_time).AddScoped<Broken>();
        var app = builder.BuildAlone();
        _apps.Add(app);
        await app.StartAsync();
    }

    /// <summary>Once the timer waits: what is advanced before that would not wake it.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        await _time.ArmedAsync();
        _time.Advance(time);
    }

    private sealed class Broken : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("of the test");
    }

    private HttpClient Client() => new() { BaseAddress = new Uri(_apps.Single().Urls.Single()), Timeout = Patience };

    private async Task<TimerInfo> RunAsync() => await _runs.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
