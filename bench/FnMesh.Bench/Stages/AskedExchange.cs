using System.Diagnostics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Bench.Stages;

/// <summary>A call that is made again and again; it has one header, or none.</summary>
internal sealed class AskedExchange(string host, string path, string? version) : Exchange
{
    private readonly string _target = path + "?verbose=1";

    public Envelope Envelope(RoutingTable table) => new()
    {
        Kind = EnvelopeKind.Call,
        Table = table,
        Started = Stopwatch.GetTimestamp(),
        Method = "GET",
        Host = host.AsMemory(),
        Target = _target.AsMemory(),
        PathLength = path.Length,
        Exchange = this,
    };

    public override string? Header(string name) => name == "x-version" ? version : null;
}
