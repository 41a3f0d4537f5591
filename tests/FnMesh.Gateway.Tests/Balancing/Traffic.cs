using FnMesh.Gateway.Routing;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>Calls to endpoints by a clock of its own: who is picked when, how long it took and whether it failed, the same in every run.</summary>
internal sealed class Traffic(Way way, FakeTimeProvider time, ulong seed)
{
    private readonly Randomness _randomness = new(seed);
    private readonly PriorityQueue<Call, long> _ends = new();

    /// <summary>How long endpoint i takes at its middle; what comes is half to one and a half of it.</summary>
    public required Func<int, TimeSpan> Takes { get; init; }

    public Func<int, bool> Fails { get; init; } = static _ => false;

    public List<Call> Ended { get; } = [];

    /// <summary>Calls come at random moments, so many a second, whatever becomes of those before.</summary>
    public void Run(TimeSpan length, int perSecond)
    {
        var end = time.GetTimestamp() + length.Ticks;
        while (true)
        {
            var next = time.GetTimestamp() + (long)(-Math.Log(1 - _randomness.NextDouble()) / perSecond * TimeSpan.TicksPerSecond);
            if (next > end) break;
            EndUntil(next);
            Begin();
        }

        EndUntil(end);
    }

    private void Begin()
    {
        var endpoint = way.Balancer.Pick(null)!;
        var index = Array.IndexOf(way.Backend.Endpoints, endpoint);
        endpoint.State.Begin();
        var took = Takes(index) * (0.5 + _randomness.NextDouble());
        _ends.Enqueue(new Call(index, time.GetTimestamp(), took, Fails(index)), time.GetTimestamp() + took.Ticks);
    }

    private void EndUntil(long moment)
    {
        while (_ends.TryPeek(out var call, out var at) && at <= moment)
        {
            _ends.Dequeue();
            AdvanceTo(at);
            var endpoint = way.Backend.Endpoints[call.Endpoint];
            endpoint.State.End();
            endpoint.State.Latency.Note(call.Took, call.Failed);
            way.Balancer.Report(endpoint, call.Failed, call.Began);
            Ended.Add(call);
        }

        AdvanceTo(moment);
    }

    private void AdvanceTo(long moment) => time.Advance(TimeSpan.FromTicks(moment - time.GetTimestamp()));

    internal sealed record Call(int Endpoint, long Began, TimeSpan Took, bool Failed);
}
