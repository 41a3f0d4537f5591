using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Bench.Balance;

/// <summary>Calls of <see cref="BalanceFunction"/> at a steady rate, whatever becomes of those before.</summary>
internal sealed class SteadyCalls(Uri gateway, int perSecond) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    public void Dispose() => _client.Dispose();

    /// <summary>Calls for a while, and waits for all answers.</summary>
    public async Task<Call[]> RunAsync(TimeSpan length)
    {
        var calls = new List<Task<Call>>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) is var gone && gone < length)
        {
            for (var due = (int)(gone.TotalSeconds * perSecond); calls.Count < due;) calls.Add(CallAsync(Stopwatch.GetElapsedTime(began)));
            await Task.Delay(2);
        }

        return await Task.WhenAll(calls);
    }

    /// <summary>Tells a process what to do from now on.</summary>
    /// <param name="who">From <see cref="Call.Who"/>.</param>
    /// <param name="milliseconds">How long it takes.</param>
    /// <param name="status">What it answers, or one of the function's constants.</param>
    public async Task BecomeAsync(string who, int milliseconds, int status)
    {
        using var answer = await _client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{who}/become/{milliseconds}/{status}")), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many calls a process has seen.</summary>
    public async Task<int> CountAsync(string who) => int.Parse(await _client.GetStringAsync(new Uri($"http://127.0.0.1:{who}/count")), CultureInfo.InvariantCulture);

    /// <summary>How many attempts the gateway has made at endpoints.</summary>
    public async Task<double> AttemptsAsync(Uri control)
    {
        var lines = (await _client.GetStringAsync(new Uri(control, "/metrics"))).Split('\n');
        // Where there was no endpoint nothing was tried.
        return lines.Where(line => line.StartsWith("fnmesh_attempts_total{", StringComparison.Ordinal) && !line.Contains("NoEndpoint", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private async Task<Call> CallAsync(TimeSpan made)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await _client.GetAsync(new Uri(gateway, "/work"));
        return new(made, answer.Headers.TryGetValues(BalanceFunction.Who, out var who) ? who.First() : "", Stopwatch.GetElapsedTime(began).TotalMilliseconds, (int)answer.StatusCode);
    }
}
