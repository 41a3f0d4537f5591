using System.Diagnostics;
using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>
/// Calls and events at a rate that grows for ten seconds and then is steady, whatever becomes of those before: in turn from the edge and from inside the mesh, with GET and with POST, to a process behind a shim and to functions in C#, half of whose GETs call that process, and an event for every four calls.
/// The caller at the edge tries again where nobody took its connection, as clients of a service do that starts again; the one inside leaves that to the mesh.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int MaxInFlight = 2_000;
    private const double RampSeconds = 10;
    private static readonly TimeSpan EdgePatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan FirstEdgePause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestEdgePause = TimeSpan.FromSeconds(1);

    /// <summary>A POST that fails after this has waited for a gateway in vain: that is no break in flight.</summary>
    private static readonly TimeSpan DoorPatience = TimeSpan.FromSeconds(19);

    private readonly Uri _edge;
    private readonly Uri _door;
    private readonly LoadShape _shape;
    private readonly Tally _tally;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Patience.Limit };
    private readonly CancellationTokenSource _enough = new();
    private readonly SemaphoreSlim _inFlight = new(MaxInFlight);
    private readonly Task _running;

    private SteadyLoad(Uri edge, Uri door, LoadShape shape, Tally tally)
    {
        (_edge, _door, _shape, _tally) = (edge, door, shape, tally);
        _running = RunAsync();
    }

    public static SteadyLoad Start(Uri edge, Uri door, LoadShape shape, Tally tally) => new(edge, door, shape, tally);

    /// <summary>Ends it, and completes when everything in flight has ended.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _running;
        for (var i = 0; i < MaxInFlight; i++) await _inFlight.WaitAsync().WaitAsync(Patience.Limit, TimeProvider.System);
        _inFlight.Release(MaxInFlight);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _enough.Dispose();
        _inFlight.Dispose();
    }

    private async Task RunAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        for (var number = 0; !_enough.IsCancellationRequested;)
        {
            var due = (int)Begun(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
            for (; number < due && !_enough.IsCancellationRequested; number++)
            {
                await BeginAsync(CallAsync(number, began + (long)(BeginsAt(number) * TimeProvider.System.TimestampFrequency)));
                if (!_shape.SafeOnly && number % 4 == 0) await BeginAsync(PublishAsync(number));
            }

            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>How many calls have begun after so many seconds: from none to all a second within <see cref="RampSeconds"/>, for processes that have served nothing yet are slow.</summary>
    private double Begun(double seconds) => _shape.PerSecond * (seconds < RampSeconds ? seconds * seconds / (2 * RampSeconds) : seconds - (RampSeconds / 2));

    /// <summary>When a call begins, in seconds.</summary>
    private double BeginsAt(int number)
    {
        var seconds = (double)number / _shape.PerSecond;
        return seconds < RampSeconds / 2 ? Math.Sqrt(2 * RampSeconds * seconds) : seconds + (RampSeconds / 2);
    }

    private async Task BeginAsync(Task one)
    {
        await _inFlight.WaitAsync();
        _ = EndAsync(one);
    }

    private async Task EndAsync(Task one)
    {
        try
        {
            await one;
        }
#pragma warning disable CA1031 // Whatever it is, the judge is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _tally.Blame($"{failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            _inFlight.Release();
        }
    }

    private async Task CallAsync(int number, long due)
    {
        await Task.Yield();
        var (fromEdge, isSafe) = (number % 2 == 0, _shape.SafeOnly || number % 4 < 2);
        var app = number % 8 < 4 ? "web" : LoadedMesh.Sums;
        var what = !isSafe ? "post" : app == LoadedMesh.Sums && !_shape.SafeOnly && number % 16 < 8 ? "through" : "get";
        var kind = $"{what} of {app} {(fromEdge ? "from the edge" : "from inside")}";
        try
        {
            using var answer = await SendAsync(fromEdge, isSafe, () => Request(app, what, fromEdge, isSafe, number));
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                _tally.Succeed(kind, Stopwatch.GetElapsedTime(due));
                return;
            }

            var how = $"{kind} {number} after {Stopwatch.GetElapsedTime(due).TotalSeconds:0.0} s: {await SaidAsync(answer)}";
            if (!isSafe && answer.StatusCode == HttpStatusCode.BadGateway && Stopwatch.GetElapsedTime(due) < DoorPatience) _tally.Break(how);
            else _tally.Blame(how);
        }
        catch (HttpRequestException failure)
        {
            var how = $"{kind} {number} after {Stopwatch.GetElapsedTime(due).TotalSeconds:0.0} s: {Said(failure)}";
            if (!isSafe && !WasNotSent(failure)) _tally.Break(how);
            else _tally.Blame(how);
        }
    }

    private async Task PublishAsync(int number)
    {
        await Task.Yield();
        var fromEdge = number % 8 == 0;
        var id = $"event-{number}";
        var what = $"publication {id} {(fromEdge ? "from the edge" : "from inside")}";
        try
        {
            using var answer = await SendAsync(fromEdge, isSafe: false, () => Event.Binary(fromEdge ? _edge : _door, "test.load", id));
            if (answer.StatusCode == HttpStatusCode.Accepted) _tally.Acknowledge(id);
            else if (answer.StatusCode == HttpStatusCode.BadGateway) _tally.Doubt($"{what}: {await SaidAsync(answer)}");
            else _tally.Blame($"{what}: {await SaidAsync(answer)}");
        }
        catch (HttpRequestException failure)
        {
            if (WasNotSent(failure)) _tally.Blame($"{what}: {Said(failure)}");
            else _tally.Doubt($"{what}: {Said(failure)}");
        }
    }

    private HttpRequestMessage Request(string app, string what, bool fromEdge, bool isSafe, int number)
    {
        var request = new HttpRequestMessage(isSafe ? HttpMethod.Get : HttpMethod.Post, new Uri(fromEdge ? _edge : _door, $"/{app}/{what}/{number}"));
        if (!isSafe) request.Content = new StringContent("{}");
        if (!fromEdge) request.Headers.Host = app;
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(bool fromEdge, bool isSafe, Func<HttpRequestMessage> make)
    {
        var began = Stopwatch.GetTimestamp();
        for (var pause = FirstEdgePause; ; pause = pause * 2 < LongestEdgePause ? pause * 2 : LongestEdgePause)
        {
            using var request = make();
            try
            {
                return await _http.SendAsync(request);
            }
            catch (HttpRequestException failure) when (fromEdge && !_shape.SafeOnly && (isSafe || WasNotSent(failure)) && Stopwatch.GetElapsedTime(began) < EdgePatience)
            {
                await Task.Delay(pause, TimeProvider.System);
            }
        }
    }

    private static async Task<string> SaidAsync(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {(answer.Headers.TryGetValues("fnmesh-verdict", out var verdicts) ? verdicts.First() : "of the function")} {await answer.Content.ReadAsStringAsync()}";

    private static string Said(HttpRequestException failure) => $"{failure.HttpRequestError} {failure.Message} {failure.InnerException?.Message}";

    private static bool WasNotSent(HttpRequestException failure) => failure.HttpRequestError == HttpRequestError.ConnectionError;
}
